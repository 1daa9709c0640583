import type { Queries } from './database.ts'
import type { IdempotencyKeyRow } from './schema.ts'

export type IdempotencyKeyFindOptions = {
  readonly tenantId: string
  readonly keyDigest: string
  /** Older ones count as forgotten. Epoch milliseconds. */
  readonly since: number
}

export async function idempotencyKeyFind(
  trx: Queries,
  { tenantId, keyDigest, since }: IdempotencyKeyFindOptions,
): Promise<IdempotencyKeyRow | undefined> {
  return await trx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('key_digest', '=', keyDigest)
    .where('created_at', '>', since)
    .executeTakeFirst()
}

export async function idempotencyKeyInsert(trx: Queries, row: IdempotencyKeyRow): Promise<void> {
  await trx.insertInto('idempotency_keys').values(row).execute()
}

/** Forgets every key that was used at this instant or before. */
export async function idempotencyKeyDeleteUntil(trx: Queries, until: number): Promise<void> {
  await trx.deleteFrom('idempotency_keys').where('created_at', '<=', until).execute()
}
