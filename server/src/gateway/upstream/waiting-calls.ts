import type { UpstreamCall } from './upstream-call.ts'

/**
 * Calls for which no connection is free, by caller. Of one caller the first comes first; of several the one that keeps the fewest
 * connections waiting, and of those the one that was served longest ago.
 */
export type WaitingCalls = {
  /** False where there are too many already, of this caller or of all. */
  readonly add: (call: UpstreamCall) => boolean
  /** @param kept how many connections each caller keeps waiting */
  readonly take: (kept: ReadonlyMap<string, number>) => UpstreamCall | undefined
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

export function createWaitingCalls(limits: WaitingLimits): WaitingCalls {
  /** The caller that was served last comes last. */
  const queues = new Map<string, Set<UpstreamCall>>()
  let size = 0

  function remove(call: UpstreamCall): void {
    const { caller } = call.request
    const queue = queues.get(caller)
    if (queue?.delete(call) !== true) return
    size -= 1
    if (queue.size === 0) queues.delete(caller)
  }

  /** Where all places are taken, whoever has the most of them gives up the one taken last. */
  function makePlace(own: number): boolean {
    const [longest] = [...queues.values()].toSorted((one, other) => other.size - one.size)
    const last = [...(longest ?? [])].at(-1)
    if (last === undefined || (longest?.size ?? 0) <= own + 1) return false
    remove(last)
    limits.onDropped(last)
    return true
  }

  /** Each waits equally long, so the first of a caller's is the first to go. */
  function takeLate(now: number): UpstreamCall | undefined {
    for (const queue of queues.values()) {
      const [call] = queue
      if (call === undefined || call.waitsUntil > now) continue
      remove(call)
      return call
    }
    return undefined
  }

  return {
    add: (call) => {
      const { caller } = call.request
      const queue = queues.get(caller) ?? new Set()
      if (queue.size >= limits.each || (size >= limits.all && !makePlace(queue.size))) return false
      queue.add(call)
      queues.set(caller, queue)
      size += 1
      return true
    },
    take: (kept) => {
      let best: Set<UpstreamCall> | undefined
      let fewest = Number.POSITIVE_INFINITY
      for (const [caller, queue] of queues) {
        const count = kept.get(caller) ?? 0
        if (count >= fewest) continue
        fewest = count
        best = queue
      }
      const [call] = best ?? []
      if (call === undefined) return undefined
      remove(call)
      const { caller } = call.request
      const rest = queues.get(caller)
      if (rest !== undefined) {
        queues.delete(caller)
        queues.set(caller, rest)
      }
      return call
    },
    remove,
    takeLate,
    size: () => size,
  }
}
