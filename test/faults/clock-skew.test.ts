import { existsSync, rmSync } from 'node:fs'
import { setTimeout as passed } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'
import { watch } from './support/watch.ts'

// Guarantee (security.md F-40): whatever the clock of a gateway says, tokens end when the control plane says.

const SKEW_S = 300
const OVERLAP_S = 12
/** Debian's libfaketime. */
const LIBRARY = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((path) => existsSync(path))

sayWhetherPostgres('gateways whose clocks are wrong')
if (LIBRARY === undefined)
  process.stderr.write('NOT TESTED: gateways whose clocks are wrong. As root: apt-get install faketime\n')

/** A wall clock that is wrong; the monotonic one is that of the machine, as where a clock is set wrongly. */
function wrongBy(seconds: number): Readonly<Record<string, string>> {
  if (seconds === 0) return {}
  return {
    LD_PRELOAD: LIBRARY ?? '',
    FAKETIME: `${seconds > 0 ? '+' : ''}${seconds}`,
    DONT_FAKE_MONOTONIC: '1',
  }
}

describe.skipIf(POSTGRES_BIN === undefined || LIBRARY === undefined)(
  'gateways whose clocks are wrong',
  () => {
    const skews = [0, SKEW_S, -SKEW_S]
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await startCluster({ gateways: 3, gatewayEnv: (index) => wrongBy(skews[index] ?? 0) })
    })
    const pids: number[] = []
    afterAll(async () => {
      pids.push(...(cluster?.gateways ?? []).map((gateway) => gateway.pid()))
      await cluster?.close()
      // What the library shares in memory outlives a process that is killed.
      for (const name of pids.flatMap((pid) => [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]))
        rmSync(`/dev/shm/${name}`, { force: true })
    })

    it('say how wrong they are', async () => {
      for (const [index, gateway] of cluster.gateways.entries())
        expect(Math.abs((await gateway.figure('clock_skew_seconds')) - (skews[index] ?? 0))).toBeLessThan(5)
    })

    it('let no token live longer than the others do, nor shorter; also where they begin again without a control plane', async () => {
      const added = await cluster.add('with an end')
      const issue = async (): Promise<number> => {
        const { json } = await cluster.admin('POST', `/credentials/${added.id}/tokens`, {
          body: { overlapSeconds: OVERLAP_S },
          ifMatch: '*',
        })
        expect(json.receipt).toMatchObject({ gateways: 3, confirmed: 3 })
        const { items } = (await cluster.admin('GET', `/credentials/${added.id}/tokens`)).json
        return Date.parse(items.find((item: { expiresAt: string | null }) => item.expiresAt).expiresAt)
      }
      const expiresAt = await issue()
      const watches = cluster.gateways.map((gateway) => watch(() => cluster.call(gateway, added.token)))
      // The one that is behind and the one that is ahead begin again with what they have kept.
      await cluster.controls[0]?.kill9()
      await passed(500)
      for (const each of watches.splice(1)) await each.end()
      for (const gateway of cluster.gateways.slice(1)) {
        pids.push(gateway.pid())
        await gateway.kill9()
        await gateway.start()
      }
      watches.push(
        ...cluster.gateways.slice(1).map((gateway) => watch(() => cluster.call(gateway, added.token))),
      )
      const early: unknown[] = []
      const late: unknown[] = []
      for (const [index, each] of watches.entries()) {
        await each.until(({ sentAt }) => sentAt > expiresAt + 3_000)
        const taken = await each.end()
        early.push(
          ...taken.filter(({ answeredAt, status }) => answeredAt < expiresAt - 2_000 && status !== 200),
        )
        late.push(
          ...taken.filter(({ sentAt, code }) => sentAt > expiresAt + 2_000 && code !== 'token_expired'),
        )
        const first = taken.find(({ code }) => code === 'token_expired')
        expect(first).toBeDefined()
        const off = (first?.answeredAt ?? Number.NaN) - expiresAt
        console.info(`clock wrong by ${skews[index]} s: the token ended ${off} ms after its end`)
      }
      expect({ early, late }).toEqual({ early: [], late: [] })
    })
  },
)
