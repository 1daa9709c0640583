import type { Kysely } from 'kysely'
import type { IdempotencyKeyRow, Schema } from './schema.ts'

export type IdempotencyKeyFindOptions = {
  readonly tenantId: string
  readonly keyDigest: string
  /** Older ones count as forgotten. Epoch milliseconds. */
  readonly since: number
}

export async function idempotencyKeyFind(
  db: Kysely<Schema>,
  { tenantId, keyDigest, since }: IdempotencyKeyFindOptions,
): Promise<IdempotencyKeyRow | undefined> {
  return await db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('key_digest', '=', keyDigest)
    .where('created_at', '>', since)
    .executeTakeFirst()
}

export async function idempotencyKeyInsert(db: Kysely<Schema>, row: IdempotencyKeyRow): Promise<void> {
  await db.insertInto('idempotency_keys').values(row).execute()
}

/** Forgets every key that was used at this instant or before. */
export async function idempotencyKeyDeleteUntil(db: Kysely<Schema>, until: number): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('created_at', '<=', until).execute()
}
