import type { Database } from '#storage/database.ts'

/**
 * The error that stands behind one of Better Auth's: it hides what the storage throws. Where the storage cannot serve now, that
 * is taken for the reason.
 */
export async function behindFailure(db: Database, error: unknown): Promise<unknown> {
  try {
    await db.snapshot(undefined, async () => undefined)
    return error
  } catch (storageError) {
    return storageError
  }
}
