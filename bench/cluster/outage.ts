import { setTimeout as passed } from 'node:timers/promises'
import type { Cluster } from '#test/support/cluster.ts'
import { cells, percentile } from './percentiles.ts'
import { startSteadyLoad } from './steady-load.ts'

const PER_SECOND = 300
const WARM_UP_MS = 2_000
/** After so long without an answer gateways count themselves as disconnected. */
const NOTICED_MS = 4_000

/** What callers notice of an outage of the control plane: idle before and after it, and during it. */
export async function measureOutage(cluster: Cluster, seconds: number): Promise<string> {
  const { token } = await cluster.add('called through an outage')
  const run = async (): Promise<{ readonly times: readonly number[]; readonly failed: number }> => {
    const load = startSteadyLoad(cluster, { perSecond: PER_SECOND, tokens: [token] })
    await passed(seconds * 1_000)
    const taken = await load.end()
    const failed = taken.filter(({ outcome }) => outcome !== '200').length
    return { times: taken.map(({ ms }) => ms), failed }
  }
  const warmUp = startSteadyLoad(cluster, { perSecond: PER_SECOND, tokens: [token] })
  await passed(WARM_UP_MS)
  await warmUp.end()
  const before = await run()
  for (const control of cluster.controls) await control.kill9()
  const beginning = await run()
  await passed(NOTICED_MS)
  const during = await run()
  await Promise.all(cluster.controls.map((control) => control.start()))
  await cluster.equal()
  const after = await run()
  const idle = [...before.times, ...after.times]
  const outage = [...beginning.times, ...during.times]
  const ratio = percentile(outage, 0.99) / percentile(idle, 0.99)
  const row = (name: string, { times, failed }: typeof before): string =>
    `| ${name} | ${times.length} | ${failed} | ${cells(times)} |`
  return [
    `Gateways at ${PER_SECOND} calls a second, ${seconds} s each:`,
    '',
    '| when | calls | failed | p50 ms | p99 ms | max ms |',
    '|---|--:|--:|--:|--:|--:|',
    row('idle, before', before),
    row('the control plane is killed', beginning),
    row('it is away', during),
    row('idle, after', after),
    '',
    `p99 during the outage: ${ratio.toFixed(2)} times the idle one (goal <= 2).`,
  ].join('\n')
}
