import { setTimeout as passed } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'
import { createHistory, type History, type State } from './support/history.ts'
import { startLoad } from './support/load.ts'
import { readStored } from './support/stored.ts'

// Guarantee (security.md F-01, of a cluster): whatever is killed, what was acknowledged is there, whole, and what was refused
// stays refused.

const KILLS = faultRounds({ short: 12, long: 100 })

sayWhetherPostgres('kill -9 of the members of a cluster')

describe.skipIf(POSTGRES_BIN === undefined)('kill -9 at random under load', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ controls: 2, gateways: 3, receiptWaitMs: 400 })
  })
  afterAll(() => cluster?.close())

  it(`of control planes, gateways and PostgreSQL, ${KILLS} times`, { timeout: 7_200_000 }, async () => {
    const history = createHistory()
    const load = startLoad(cluster, history)
    const kills: Record<string, number> = {}
    for (let kill = 0; kill < KILLS; kill += 1) {
      await load.some(6)
      await passed(Math.random() * 300)
      const victim = pickVictim(cluster, kill)
      kills[victim.kind] = (kills[victim.kind] ?? 0) + 1
      await victim.kill()
      await passed(Math.random() * 400)
      await victim.start()
    }
    await load.some(6)
    await load.end()
    await cluster.equal()

    expect(history.violations()).toEqual([])
    const stored = await readStored(cluster.postgres)
    expect(lost(history, stored.states)).toEqual([])
    expect(stored.halves).toEqual([])
    await expectDecided(cluster, history)
    const { acknowledged, unknown, calls, refused } = history.counts()
    console.info(
      `${KILLS} kills (${JSON.stringify(kills)}): ${acknowledged} changes acknowledged, ${unknown} of which nobody knows, ` +
        `${calls} calls, ${refused} of them with tokens that had been refused: 0 lost, 0 half, 0 accepted`,
    )
    expect(acknowledged).toBeGreaterThan(KILLS)
    expect(refused).toBeGreaterThan(KILLS)
  })
})

type Victim = {
  readonly kind: string
  readonly kill: () => Promise<void>
  readonly start: () => Promise<unknown>
}

/** Each kind in its turn, so that a short run has all of them; which one of a kind is chance. */
function pickVictim({ controls, gateways, postgres }: Cluster, turn: number): Victim {
  const control = pick(controls)
  const gateway = pick(gateways)
  const victims: readonly Victim[] = [
    { kind: 'control plane', kill: control.kill9, start: control.start },
    { kind: 'gateway', kill: gateway.kill9, start: gateway.start },
    { kind: 'PostgreSQL', kill: postgres.kill9, start: postgres.restart },
    {
      kind: 'gateway and every control plane',
      kill: async () => void (await Promise.all([gateway, ...controls].map((each) => each.kill9()))),
      start: async () => {
        // It decides by what it has kept, with nobody to ask.
        await gateway.start()
        await passed(500)
        await Promise.all(controls.map((each) => each.start()))
      },
    },
  ]
  return victims[turn % victims.length] ?? pick(victims)
}

function pick<T>(list: readonly T[]): T {
  const picked = list[Math.floor(Math.random() * list.length)]
  if (picked === undefined) throw new Error('there is nothing to pick from')
  return picked
}

function lost(history: History, states: ReadonlyMap<string, State>): readonly string[] {
  return history
    .credentials()
    .filter(({ id, possible }) => {
      const state = states.get(id)
      return state === undefined || !possible.has(state)
    })
    .map(
      ({ id, possible }) =>
        `${id} is ${states.get(id)}, and was acknowledged as ${[...possible].join(' or ')}`,
    )
}

const ANSWERS = { active: 200, narrowed: 403, inactive: 401, deleted: 401 } as const

/** Everything is up again: each token is decided by what is stored, at each gateway. */
async function expectDecided(cluster: Cluster, history: History): Promise<void> {
  const { states } = await readStored(cluster.postgres)
  for (const gateway of cluster.gateways) {
    for (const { id, token } of history.credentials()) {
      const { status } = await cluster.call(gateway, token)
      const state = states.get(id) ?? 'deleted'
      expect({ name: gateway.name, id, state, status }).toMatchObject({ status: ANSWERS[state] })
    }
  }
}
