import { createBoundedMap } from './bounded-map.ts'

const ENTRIES_MAX = 10_000
const SECOND_MS = 1000

/** Counts attempts under keys. An attempt counts from its beginning, so that many at once are not one. */
export type AttemptCounter = {
  /** How long the next attempt has to wait; 0 if it may begin. */
  readonly waitMs: (key: string, now: number) => number
  /** Only where nothing has to wait. */
  readonly begin: (key: string, now: number) => void
  /** Takes the last attempt back. */
  readonly undo: (key: string, now: number) => void
}

export type WindowOptions = { readonly max: number; readonly windowMs: number }

/** So many attempts within any stretch of this length. */
export function createWindowCounter({ max, windowMs }: WindowOptions): AttemptCounter {
  const attempts = createBoundedMap<readonly number[]>(ENTRIES_MAX)
  const within = (key: string, now: number): readonly number[] =>
    (attempts.get(key) ?? []).filter((at) => at > now - windowMs)
  return {
    waitMs: (key, now) => {
      const oldestThatCounts = within(key, now).at(-max)
      return oldestThatCounts === undefined ? 0 : oldestThatCounts + windowMs - now
    },
    begin: (key, now) => attempts.set(key, [...within(key, now), now]),
    undo: (key, now) => {
      const rest = within(key, now).slice(0, -1)
      if (rest.length === 0) attempts.delete(key)
      else attempts.set(key, rest)
    },
  }
}

export type DelayOptions = {
  readonly free: number
  readonly delayMaxMs: number
  readonly forgottenMs: number
}

/** A counter that forgives: who turns out to be right was not guessing. */
export type DelayCounter = AttemptCounter & { readonly reset: (key: string) => void }

/** So many attempts are free; after each further one the next waits twice as long. */
export function createDelayCounter({ free, delayMaxMs, forgottenMs }: DelayOptions): DelayCounter {
  const attempts = createBoundedMap<{ readonly count: number; readonly lastAt: number }>(ENTRIES_MAX)
  const live = (key: string, now: number) => {
    const entry = attempts.get(key)
    return entry && entry.lastAt > now - forgottenMs ? entry : undefined
  }
  return {
    waitMs: (key, now) => {
      const entry = live(key, now)
      if (!entry || entry.count < free) return 0
      const delay = Math.min(SECOND_MS * 2 ** (entry.count - free), delayMaxMs)
      return Math.max(0, entry.lastAt + delay - now)
    },
    begin: (key, now) => attempts.set(key, { count: (live(key, now)?.count ?? 0) + 1, lastAt: now }),
    undo: (key, now) => {
      const entry = live(key, now)
      if (entry) attempts.set(key, { ...entry, count: entry.count - 1 })
    },
    reset: attempts.delete,
  }
}
