import type { Kysely } from 'kysely'
import type { ManagementTokenRow, Schema } from './schema.ts'

/** The management token made at first start, if there was one. Its text is nowhere. */
export async function managementTokenFind(db: Kysely<Schema>): Promise<ManagementTokenRow | undefined> {
  return await db
    .selectFrom('management_tokens')
    .selectAll()
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
}

export async function managementTokenInsert(db: Kysely<Schema>, row: ManagementTokenRow): Promise<void> {
  await db.insertInto('management_tokens').values(row).execute()
}
