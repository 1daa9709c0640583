import type { Queries } from './database.ts'

/** A credential that has changed. Says which, not how: the newest state is read when it is applied. */
export type Change = { readonly seq: number; readonly tenantId: string; readonly credentialId: string }

export type NewChange = Omit<Change, 'seq'> & { readonly occurredAt: number }

/** Appends within the transaction that makes the change. Answers its position. */
export async function changeAppend(trx: Queries, change: NewChange): Promise<number> {
  const { seq } = await trx
    .updateTable('change_counter')
    .set((on) => ({ seq: on('seq', '+', 1) }))
    .where('id', '=', 1)
    .returning('seq')
    .executeTakeFirstOrThrow()
  const { tenantId, credentialId, occurredAt } = change
  await trx
    .insertInto('changes')
    .values({ seq, tenant_id: tenantId, credential_id: credentialId, occurred_at: occurredAt })
    .execute()
  return seq
}

/** The position of the newest committed change; 0 before the first. */
export async function changeLatest(trx: Queries): Promise<number> {
  const row = await trx
    .selectFrom('change_counter')
    .select('seq')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow()
  return row.seq
}

/**
 * Leaves a gap behind a position that this database does not have, so that whoever is at it, or was on the way there, loads
 * everything anew. Nothing where changes have come beyond it meanwhile.
 */
export async function changeLeaveGap(trx: Queries, beyond: number): Promise<void> {
  await trx
    .updateTable('change_counter')
    .set({ seq: beyond + GAP })
    .where('id', '=', 1)
    .where('seq', '<', beyond)
    .execute()
}

/** More changes than any gateway may know of a database that was lost. */
const GAP = 1_000_000

/** At most `limit` changes after this position, in order. */
export async function changeListAfter(trx: Queries, seq: number, limit: number): Promise<readonly Change[]> {
  return await trx
    .selectFrom('changes')
    .select(['seq', 'tenant_id as tenantId', 'credential_id as credentialId'])
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute()
}
