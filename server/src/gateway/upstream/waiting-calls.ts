import type { UpstreamCall } from './upstream-call.ts'

/**
 * Calls for which no connection is free, by caller. Of one caller the first comes first; of several the one that keeps the fewest
 * connections waiting, and of those the one that was served longest ago.
 */
export type WaitingCalls = {
  /** False where there are too many already, of this caller or of all. */
  readonly add: (call: UpstreamCall) => boolean
  /**
   * @param kept how many connections each caller keeps waiting
   * @param mayHaveOneMore whether a caller's turn may come
   */
  readonly take: (
    kept: ReadonlyMap<string, number>,
    mayHaveOneMore: (caller: string) => boolean,
  ) => UpstreamCall | undefined
  readonly remove: (call: UpstreamCall) => void
  /** Takes one that has waited too long. */
  readonly takeLate: (now: number) => UpstreamCall | undefined
  readonly size: () => number
}

export type WaitingLimits = {
  readonly all: number
  /** Of one caller. */
  readonly each: number
  /** Has made room for another caller, of whom fewer wait. */
  readonly onDropped: (call: UpstreamCall) => void
}

/** The caller that was served last comes last. */
type Queues = Map<string, Set<UpstreamCall>>

export function createWaitingCalls(limits: WaitingLimits): WaitingCalls {
  const queues: Queues = new Map()
  let size = 0

  function remove(call: UpstreamCall): void {
    const { caller } = call.request
    const queue = queues.get(caller)
    if (queue?.delete(call) !== true) return
    size -= 1
    if (queue.size === 0) queues.delete(caller)
  }

  function removed(call: UpstreamCall | undefined): UpstreamCall | undefined {
    if (call !== undefined) remove(call)
    return call
  }

  /** Where all places are taken, whoever has the most of them gives up the one taken last. */
  function makePlace(own: number): boolean {
    const last = removed(lastOfMost(queues, own + 1))
    if (last !== undefined) limits.onDropped(last)
    return last !== undefined
  }

  return {
    add: (call) => {
      const { caller } = call.request
      const waiting = queues.get(caller)?.size ?? 0
      if (waiting >= limits.each || (size >= limits.all && !makePlace(waiting))) return false
      const queue = queues.get(caller) ?? new Set()
      queue.add(call)
      queues.set(caller, queue)
      size += 1
      return true
    },
    take: (kept, mayHaveOneMore) => {
      const call = removed(firstOfLeastKept(queues, kept, mayHaveOneMore))
      if (call !== undefined) putLast(queues, call.request.caller)
      return call
    },
    remove,
    takeLate: (now) => removed(firstLate(queues, now)),
    size: () => size,
  }
}

function firstOfLeastKept(
  queues: Queues,
  kept: ReadonlyMap<string, number>,
  mayHaveOneMore: (caller: string) => boolean,
): UpstreamCall | undefined {
  let best: Set<UpstreamCall> | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const [caller, queue] of queues) {
    const count = kept.get(caller) ?? 0
    if (count >= fewest || !mayHaveOneMore(caller)) continue
    fewest = count
    best = queue
  }
  return best?.values().next().value
}

function putLast(queues: Queues, caller: string): void {
  const queue = queues.get(caller)
  if (queue === undefined) return
  queues.delete(caller)
  queues.set(caller, queue)
}

/** Of whoever has more than so many places, and the most. */
function lastOfMost(queues: Queues, more: number): UpstreamCall | undefined {
  const [longest] = [...queues.values()].toSorted((one, other) => other.size - one.size)
  return longest !== undefined && longest.size > more ? [...longest].at(-1) : undefined
}

/** Each waits equally long, so the first of a caller's is the first to go. */
function firstLate(queues: Queues, now: number): UpstreamCall | undefined {
  for (const [first] of queues.values()) if (first !== undefined && first.waitsUntil <= now) return first
  return undefined
}
