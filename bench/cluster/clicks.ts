import { setTimeout as passed } from 'node:timers/promises'
import type { Cluster, Receipt } from '#test/support/cluster.ts'
import { cells, histogram } from './percentiles.ts'
import { outcomes, startSteadyLoad } from './steady-load.ts'

const PER_SECOND = 500
const GIVE_UP_MS = 10_000
/** Time for some more calls of others before it is switched on again. */
const STAYS_OFF_MS = 20

/** An operator switches a credential off and on while it is used: how long the whole click takes, and what follows on it. */
export async function measureClicks(cluster: Cluster, clicks: number): Promise<string> {
  const clicked = await cluster.add('switched on and off')
  const steady = await Promise.all([1, 2, 3].map((each) => cluster.add(`steady ${each}`)))
  const load = startSteadyLoad(cluster, {
    perSecond: PER_SECOND,
    tokens: [clicked.token, ...steady.map(({ token }) => token)],
  })
  const watched = startSteadyLoad(cluster, { perSecond: PER_SECOND / 5, tokens: [clicked.token] })
  const [off, on, untilRefused]: [number[], number[], number[]] = [[], [], []]
  const refusing: { readonly from: number; readonly until: number }[] = []
  let incomplete = 0
  const click = async (active: boolean): Promise<number> => {
    const begun = performance.now()
    const answer = await cluster.admin('PATCH', `/credentials/${clicked.id}`, {
      body: { active },
      ifMatch: '*',
    })
    const ms = performance.now() - begun
    if (answer.status !== 200) throw new Error(`a click was answered ${answer.status}: ${answer.text}`)
    const { gateways, confirmed, pending }: Receipt = answer.json.receipt
    if (gateways !== cluster.gateways.length || confirmed !== gateways || pending.length > 0) incomplete += 1
    return ms
  }
  for (let count = 0; count < clicks; count += 1) {
    off.push(await click(false))
    const from = performance.now()
    untilRefused.push(await timeUntilRefused(cluster, clicked.token))
    await passed(STAYS_OFF_MS)
    refusing.push({ from, until: performance.now() })
    on.push(await click(true))
  }
  const background = await load.end()
  const taken = await watched.end()
  // Sent after a receipt, and answered before anybody asked for the opposite.
  const after = taken.filter(({ sentAt, ms }) =>
    refusing.some(({ from, until }) => sentAt >= from && sentAt + ms <= until),
  )
  const wrong = after.filter(({ outcome }) => outcome === '200')
  const all = [...background, ...taken]
  return [
    `${clicks} deactivations and ${clicks} re-activations, ${all.length} calls beside them (${PER_SECOND + PER_SECOND / 5} a second):`,
    '',
    '| what | p50 ms | p99 ms | max ms | goal |',
    '|---|--:|--:|--:|---|',
    `| deactivate, the whole click | ${cells(off)} | p99 <= 100, max <= 1,000 |`,
    `| activate, the whole click | ${cells(on)} | |`,
    `| from the answer to "refused everywhere" | ${cells(untilRefused)} | 0 |`,
    '',
    `Calls accepted after the receipt: ${wrong.length} of ${after.length} (goal 0). Receipts that lacked a gateway: ${incomplete}.`,
    `Outcomes of all calls: ${outcomes(all)}.`,
    '',
    histogram({ deactivate: off, activate: on }),
  ].join('\n')
}

/** Asks every gateway at once. 0 where each refuses the first call after the answer; else how long one went on accepting. */
async function timeUntilRefused({ call, gateways }: Cluster, token: string): Promise<number> {
  const begun = performance.now()
  const times = await Promise.all(
    gateways.map(async (gateway) => {
      for (let tries = 0; ; tries += 1) {
        const { status } = await call(gateway, token)
        if (status === 401) return tries === 0 ? 0 : performance.now() - begun
        if (performance.now() - begun > GIVE_UP_MS) return Number.POSITIVE_INFINITY
      }
    }),
  )
  return Math.max(...times)
}
