import type { SessionLimits } from '#storage/operator-sessions.ts'

const HOUR_MS = 60 * 60 * 1000

/** A session ends so long after the sign-in, however much it is used. */
export const SESSION_LIFE_MS = 7 * 24 * HOUR_MS
/**
 * A session ends so long after it was last used.
 * @internal
 */
export const SESSION_IDLE_MS = 12 * HOUR_MS

/** The instants that a session must have been used and made after, to live. */
export function sessionLimits(now: number): SessionLimits {
  return { usedBefore: now - SESSION_IDLE_MS, createdBefore: now - SESSION_LIFE_MS }
}
