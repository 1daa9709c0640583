import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database } from '#storage/database.ts'
import { changeForgetOld } from '#storage/old-changes.ts'

const KEPT_MS = 7 * 24 * 60 * 60 * 1000
const EVERY_MS = 60 * 60 * 1000
const AT_ONCE = 500
/** Between bites, so that others who write have their turn. */
const PAUSE_MS = 50

export type ForgetOldChangesOptions = {
  readonly db: Database
  readonly now: () => number
  readonly log: Logger
}

/** Forgets changes older than seven days, every hour, in small bites. Ends when it is aborted. */
export function forgetOldChanges(options: ForgetOldChangesOptions, signal: AbortSignal): void {
  const timer = setInterval(() => void forgetOnce(options, signal), EVERY_MS)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/**
 * Never rejects: they are forgotten an hour later.
 * @internal
 */
export async function forgetOnce(
  { db, now, log }: ForgetOldChangesOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const before = now() - KEPT_MS
    while (!signal.aborted) {
      const count = await db.acrossTenants((trx) => changeForgetOld(trx, { before, limit: AT_ONCE }))
      if (count < AT_ONCE) return
      await pause(PAUSE_MS, undefined, { ref: false })
    }
  } catch (error) {
    log.warn({ err: error }, 'old changes could not be forgotten; it is tried again in an hour')
  }
}
