import { setTimeout as passed } from 'node:timers/promises'
import type { Cluster } from '../../test/support/cluster.ts'

/** Whose token is called with. `version` is another one after each step of a change, so that calls beside one are not judged. */
export type Subject = {
  readonly id: string
  readonly token: string
  version: number
  /** What every gateway has confirmed to answer; undefined while a change is on its way. */
  promised: 200 | 401 | undefined
}

export type Counted = {
  /** Milliseconds of each, from sending it to the end of its answer. */
  readonly took: readonly number[]
  readonly acceptedAfterReceipt: number
  /** Those that a promise holds for, of both kinds. */
  readonly judged: number
  /** Answered otherwise than promised, but for the accepted ones; and those without an answer. */
  readonly wrong: readonly string[]
  readonly perSecond: number
}

const WAITING_MAX = 100

export type Calls = {
  /** Forgets what was counted until now. */
  readonly reset: () => void
  readonly read: () => Counted
  /** Waits for the answers that are on their way. */
  readonly end: () => Promise<Counted>
}

/**
 * Calls at a steady rate, each gateway in its turn, whether or not the ones before were answered: one that is slow is not
 * spared. Only where very many wait for their answers none is sent, which the rate that was reached tells.
 */
export function startCalls(cluster: Cluster, subjects: readonly Subject[], perSecond: number): Calls {
  let took: number[] = []
  let wrong: string[] = []
  let [acceptedAfterReceipt, judged, begunAt] = [0, 0, performance.now()]
  const open = new Set<Promise<void>>()
  const one = async (turn: number): Promise<void> => {
    const gateway = cluster.gateways[turn % cluster.gateways.length]
    const subject = subjects[Math.floor(Math.random() * subjects.length)]
    if (!gateway || !subject) throw new Error('there is nobody to call')
    const { version, promised } = subject
    const sentAt = performance.now()
    const status = await cluster.call(gateway, subject.token).then(
      (answer) => answer.status,
      (error: unknown) => String(error),
    )
    took.push(performance.now() - sentAt)
    if (typeof status === 'string') wrong.push(`${gateway.name}: ${status}`)
    // What was promised when it was sent no longer is: either is right.
    if (subject.version !== version || promised === undefined) return
    judged += 1
    if (promised === 401 && status === 200) acceptedAfterReceipt += 1
    else if (status !== promised) wrong.push(`${gateway.name}: ${status} instead of ${promised}`)
  }
  const ended = new AbortController()
  const sending = (async () => {
    const start = performance.now()
    for (let turn = 0; !ended.signal.aborted; ) {
      for (const due = ((performance.now() - start) / 1000) * perSecond; turn < due; turn += 1) {
        if (open.size >= WAITING_MAX) continue
        const call: Promise<void> = one(turn).finally(() => open.delete(call))
        open.add(call)
      }
      // The upstream remembers every call that it gets.
      cluster.upstream.received.length = 0
      await passed(2)
    }
  })()
  const read = (): Counted => ({
    took,
    acceptedAfterReceipt,
    judged,
    wrong,
    perSecond: (took.length * 1000) / (performance.now() - begunAt),
  })
  return {
    reset: () => {
      ;[took, wrong] = [[], []]
      ;[acceptedAfterReceipt, judged, begunAt] = [0, 0, performance.now()]
    },
    read,
    end: async () => {
      ended.abort()
      const counted = read()
      await sending
      await Promise.all(open)
      // The last answers count, the time that they were waited for does not.
      return { ...read(), perSecond: counted.perSecond }
    },
  }
}
