import type { Database } from '#storage/database.ts'
import { ingestUse } from './ingest-use.ts'
import type { UseSink } from './use-batch.ts'

/** Writes to the database of this process. */
export function createLocalSink({ db, now }: { readonly db: Database; readonly now: () => number }): UseSink {
  return {
    send: async (batch) => {
      await ingestUse(db, { batch, now: now() })
    },
  }
}
