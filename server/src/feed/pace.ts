import { setTimeout as sleep } from 'node:timers/promises'

/** When to try again: never more often than this allows, and not when all the others do. */
export type Pace = {
  /** Resolves when the next attempt may begin; at once for the first. Also when it is aborted. */
  readonly next: (signal: AbortSignal) => Promise<void>
}

export type PaceOptions = {
  /** Between the beginnings of two attempts, at least. Milliseconds. */
  readonly leastMs: number
  /** So much more at most, by chance. */
  readonly jitterMs: number
  /** From 0 to 1. */
  readonly random: () => number
  readonly monotonic: () => number
}

export function createPace({ leastMs, jitterMs, random, monotonic }: PaceOptions): Pace {
  let last: number | undefined
  return {
    next: async (signal) => {
      if (last !== undefined) {
        const wait = Math.max(0, last + leastMs - monotonic()) + random() * jitterMs
        await sleep(wait, undefined, { signal }).catch(() => undefined)
      }
      last = monotonic()
    },
  }
}
