import type { Logger } from 'pino'
import type { Database } from '#storage/database.ts'
import { tokenNoteUses } from '#storage/tokens.ts'
import type { TokenUse } from './token-use.ts'

export type TokenUseWriter = {
  /** Writes what was noted until now. Never rejects: that a token was used is worth no failed answer. */
  readonly flush: () => Promise<void>
  /** Writes what is left, and ends. */
  readonly close: () => Promise<void>
}

export type TokenUseWriterOptions = {
  readonly db: Database
  readonly use: TokenUse
  readonly log: Logger
}

const EVERY_MS = 10_000

/** Writes the use of tokens every ten seconds, beside the calls. */
export function createTokenUseWriter({ db, use, log }: TokenUseWriterOptions): TokenUseWriter {
  const flush = async (): Promise<void> => {
    const taken = use.take()
    if (taken.size === 0) return
    await db
      .acrossTenants((trx) => tokenNoteUses(trx, taken))
      .catch((error: unknown) => {
        for (const [id, usedAt] of taken) use.note(id, usedAt)
        log.error({ err: error }, 'the use of tokens could not be written; it is tried again')
      })
  }
  const timer = setInterval(() => void flush(), EVERY_MS)
  timer.unref()
  return {
    flush,
    close: async () => {
      clearInterval(timer)
      await flush()
    },
  }
}
