import { setTimeout as passed } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type Added,
  type AdminAnswer,
  type Cluster,
  type Control,
  type Gateway,
  type Receipt,
  startCluster,
} from '../support/cluster.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'

// Guarantee (security.md F-23, F-33): whatever the network does, a receipt says no more than is so, and after it has healed
// every gateway decides by what is stored.

const ROUNDS = faultRounds({ short: 1, long: 10 })
const RECEIPT_WAIT_MS = 1_000
const CHANGES = faultRounds({ short: 6, long: 40 })

const FAULTS = {
  'half open': (link) => link.halfOpen(),
  'a stall of both directions': (link) => link.stall(),
  'a delay of 2 s': (link) => link.delay(2_000),
  'a stall of answers': (link) => link.stall(['back']),
  'a stall of requests': (link) => link.stall(['out']),
  'refused connections': (link) => link.refuse(),
} as const satisfies Readonly<Record<string, (link: TcpProxy) => Promise<void> | void>>
type Fault = readonly [string, (link: TcpProxy) => Promise<void> | void]
const ALL: readonly Fault[] = Object.entries(FAULTS)
const ofGateways = ALL.slice(0, faultRounds({ short: 3, long: ALL.length }))
const ofDatabase = ALL.slice(1, faultRounds({ short: 2, long: ALL.length }))

sayWhetherPostgres('a network that fails between gateways, control planes and the database')

describe.skipIf(POSTGRES_BIN === undefined)('a network that fails', () => {
  let cluster: Cluster
  let near: Control
  let far: Control
  let apart: Gateway
  let fine: Gateway

  beforeAll(async () => {
    cluster = await startCluster({
      controls: 2,
      gateways: 2,
      proxies: true,
      receiptWaitMs: RECEIPT_WAIT_MS,
    })
    const [firstControl, secondControl] = cluster.controls
    const [first, second] = cluster.gateways
    if (!firstControl || !secondControl || !first || !second) throw new Error('they were started')
    ;[near, far, apart, fine] = [firstControl, secondControl, first, second]
  })
  // A test that fails leaves the next one a network that works.
  afterEach(async () => {
    for (const link of [...apart.links, near.databaseLink]) await link.heal()
  })
  afterAll(() => cluster?.close())

  const deactivate = (added: Added, control: Control): Promise<AdminAnswer> =>
    cluster.admin('PATCH', `/credentials/${added.id}`, { body: { active: false }, ifMatch: '*', control })

  /** Whoever is not named as pending has confirmed: it refuses. */
  async function expectHonest({ gateways, confirmed, pending }: Receipt, token: string): Promise<void> {
    expect({ gateways, confirmed }).toEqual({ gateways: 2, confirmed: 2 - pending.length })
    const named = new Set(pending.map(({ name }) => name))
    for (const gateway of cluster.gateways.filter(({ name }) => !named.has(name)))
      expect([gateway.name, (await cluster.call(gateway, token)).status]).toEqual([gateway.name, 401])
    for (const { decidesUntil } of pending) expect(Date.parse(decidesUntil)).toBeGreaterThan(Date.now())
  }

  async function refusedEverywhere(token: string): Promise<void> {
    const refuses = async (gateway: Gateway): Promise<boolean> =>
      (await cluster.call(gateway, token)).status === 401
    for (const gateway of cluster.gateways) while (!(await refuses(gateway))) await passed(20)
  }

  const rounds = (faults: readonly Fault[]): readonly Fault[] => Array(ROUNDS).fill(faults).flat()

  it.each(rounds(ofGateways))('between a gateway and its control planes: %s', async (_, fail) => {
    const added = await cluster.add(`apart ${Math.random()}`)
    expect(added.receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
    for (const link of apart.links) await fail(link)
    const { status, json } = await deactivate(added, near)
    expect(status).toBe(200)
    // The one that nobody can ask is named, and only that one.
    expect(json.receipt.pending.map(({ name }: Gateway) => name)).toEqual([apart.name])
    await expectHonest(json.receipt, added.token)
    expect((await cluster.call(fine, added.token)).status).toBe(401)
    for (const link of apart.links) await link.heal()
    await refusedEverywhere(added.token)
    await cluster.equal()
  })

  it('between a gateway and its control planes: cut again and again while much is changed', async () => {
    const added = await Promise.all(
      Array.from({ length: CHANGES }, () => cluster.add(`cut ${Math.random()}`)),
    )
    const ended = new AbortController()
    const cutting = (async () => {
      while (!ended.signal.aborted) {
        for (const link of apart.links) link.cut()
        await passed(Math.random() * 120)
      }
    })()
    for (const each of added) {
      const { json } = await deactivate(each, near)
      await expectHonest(json.receipt, each.token)
    }
    ended.abort()
    await cutting
    for (const { token } of added) await refusedEverywhere(token)
    await cluster.equal()
  })

  it.each(rounds(ofDatabase))('between a control plane and the database: %s', async (name, fail) => {
    const [written, other] = [
      await cluster.add(`w ${Math.random()}`),
      await cluster.add(`o ${Math.random()}`),
    ]
    await fail(near.databaseLink)
    const begun = performance.now()
    const answer = await deactivate(written, near)
    const ms = Math.round(performance.now() - begun)
    console.info(`${name}: the control plane answered ${answer.status} after ${ms} ms`)
    // It knows that it is done, or says that it could not be: never both, and not for ever neither.
    if (answer.status === 200) await expectHonest(answer.json.receipt, written.token)
    else expect([answer.status, answer.headers.get('retry-after') !== null]).toEqual([503, true])
    const second = await deactivate(other, far)
    expect(second.status).toBe(200)
    await expectHonest(second.json.receipt, other.token)
    await near.databaseLink.heal()
    await refusedEverywhere(other.token)
    await cluster.equal()
    const again = await deactivate(written, near)
    expect(again.status).toBe(200)
    await refusedEverywhere(written.token)
  })

  it('between a control plane and the database: cut again and again while much is changed', async () => {
    const { id, token } = await cluster.add('written while the database is cut')
    const ended = new AbortController()
    const cutting = (async () => {
      while (!ended.signal.aborted) {
        await passed(Math.random() * 150)
        near.databaseLink.cut()
      }
    })()
    const possible = new Set([''])
    let [done, failed] = [0, 0]
    for (let count = 0; count < 40; count += 1) {
      const description = `written ${count}`
      const answer = await cluster.admin('PATCH', `/credentials/${id}`, {
        body: { description },
        ifMatch: '*',
        control: near,
      })
      // What was acknowledged is all that it can be; what was not may be all the same.
      if (answer.status === 200) possible.clear()
      else expect(answer.status).toBe(503)
      possible.add(description)
      if (answer.status === 200) done += 1
      else failed += 1
    }
    ended.abort()
    await cutting
    const stored = await cluster.admin('GET', `/credentials/${id}`, { control: far })
    expect([...possible]).toContain(stored.json.description)
    console.info(`the database was cut while 40 changes were made: ${done} done, ${failed} refused`)
    expect(done).toBeGreaterThan(0)
    await cluster.equal()
    for (const gateway of cluster.gateways) expect((await cluster.call(gateway, token)).status).toBe(200)
  })
})
