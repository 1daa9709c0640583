import pg from 'pg'
import type { Database } from '#storage/database.ts'
import { openPostgres } from '#storage/postgres.ts'
import { POSTGRES_OPTIONS, sharedPostgres } from '../../../../test/support/databases.ts'
import type { Ground, Row } from './world.ts'

/** A world's database on PostgreSQL, and the same as a second control plane opens it. */
export type PostgresGround = Ground & { readonly other: Database }

export async function groundOnPostgres(): Promise<PostgresGround> {
  const { url, superUrl } = await (await sharedPostgres()).freshDatabase()
  const storage = await openPostgres({ ...POSTGRES_OPTIONS, url })
  const other = await openPostgres({ ...POSTGRES_OPTIONS, url })
  const behind = new pg.Client({
    connectionString: superUrl,
    types: { getTypeParser: (oid) => PARSERS[oid] ?? String },
  })
  await behind.connect()
  await behind.query('alter table audit_events add column position bigserial')
  return {
    db: storage.db,
    other: other.db,
    order: 'position',
    ask: async (statement) => (await behind.query<Row>(statement)).rows,
    close: async () => {
      await Promise.all([behind.end(), storage.close(), other.close()])
    },
  }
}

const INT8 = 20
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = { [INT8]: Number }
