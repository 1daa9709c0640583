import type { UpstreamCall } from './upstream-call.ts'

/** Calls for which no connection is free, first in, first out. */
export type WaitingCalls = {
  /** False where there are too many already. */
  readonly add: (call: UpstreamCall) => boolean
  readonly take: () => UpstreamCall | undefined
  readonly remove: (call: UpstreamCall) => void
  /** Takes one that has waited too long; each waits equally long, so the first to come is the first to go. */
  readonly takeLate: (now: number) => UpstreamCall | undefined
  readonly size: () => number
}

export function createWaitingCalls(max: number): WaitingCalls {
  const calls = new Set<UpstreamCall>()
  function first(): UpstreamCall | undefined {
    return calls.values().next().value
  }
  function take(): UpstreamCall | undefined {
    const call = calls.size === 0 ? undefined : first()
    if (call !== undefined) calls.delete(call)
    return call
  }
  return {
    add: (call) => {
      if (calls.size >= max) return false
      calls.add(call)
      return true
    },
    take,
    remove: (call) => {
      calls.delete(call)
    },
    takeLate: (now) => ((first()?.waitsUntil ?? Number.POSITIVE_INFINITY) <= now ? take() : undefined),
    size: () => calls.size,
  }
}
