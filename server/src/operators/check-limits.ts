import { hash } from 'node:crypto'
import { createWindowCounter } from './attempt-counters.ts'

const MINUTE_MS = 60 * 1000
// Three steps of 30 s are accepted at any moment: the one that is, the one before and the one to come.
const CODE_LIFE_MS = 90 * 1000

export type CheckLimits = {
  /** Counts the attempt and answers 0, or answers for how long nothing is tried. */
  readonly begin: (operatorId: string) => number
  /** It was right after all, or nobody looked at it. */
  readonly undo: (operatorId: string) => void
  /** Whether this code is new. A code is looked at once: who has overheard it cannot use it again (RFC 6238, 5.2). */
  readonly isNewCode: (operatorId: string, code: string) => boolean
}

/** Slows down who guesses the second factor, or the password within a session that is not theirs. */
export function createCheckLimits(now: () => number): CheckLimits {
  const checks = createWindowCounter({ max: 10, windowMs: 15 * MINUTE_MS })
  const codes = createWindowCounter({ max: 1, windowMs: CODE_LIFE_MS })
  return {
    begin: (operatorId) => {
      const wait = checks.waitMs(operatorId, now())
      if (wait === 0) checks.begin(operatorId, now())
      return wait
    },
    undo: (operatorId) => checks.undo(operatorId, now()),
    isNewCode: (operatorId, code) => {
      const key = hash('sha256', `${operatorId} ${code}`)
      if (codes.waitMs(key, now()) > 0) return false
      codes.begin(key, now())
      return true
    },
  }
}
