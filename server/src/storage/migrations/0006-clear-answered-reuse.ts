import { sql, type Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

/** A mark of reuse is taken away when an operator issues tokens; until now a family begun later hid it. */
export async function clearAnsweredReuse(trx: Transaction<Schema>): Promise<void> {
  await sql`update token_families set reuse_detected_at = null
    where reuse_detected_at is not null and exists (
      select 1 from token_families as later
      where later.credential_id = token_families.credential_id
        and later.reuse_detected_at is null and later.created_at >= token_families.reuse_detected_at
    )`.execute(trx)
}
