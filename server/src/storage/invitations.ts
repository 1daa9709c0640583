import type { Queries } from './database.ts'
import type { InvitationRow } from './schema.ts'

export async function invitationInsert(trx: Queries, row: InvitationRow): Promise<void> {
  await trx.insertInto('invitations').values(row).execute()
}

/** The invitation with this code, unless it is used or its time is over. */
export async function invitationFindOpen(
  trx: Queries,
  { codeDigest, now }: { readonly codeDigest: string; readonly now: number },
): Promise<InvitationRow | undefined> {
  return await trx
    .selectFrom('invitations')
    .selectAll()
    .where('code_digest', '=', codeDigest)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses the invitation up. Of several at once, one alone is told true. */
export async function invitationUse(
  trx: Queries,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('invitations')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Uses up what waits for an operator, expired or not. Whether anything did. */
export async function invitationUseOfOperator(
  trx: Queries,
  { operatorId, now }: { readonly operatorId: string; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('invitations')
    .set({ used_at: now })
    .where('operator_id', '=', operatorId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Takes back the unused codes of an operator, or those for the first operator. */
export async function invitationDeleteUnused(
  trx: Queries,
  of: { readonly operatorId: string } | 'first_operator',
): Promise<void> {
  const unused = trx.deleteFrom('invitations').where('used_at', 'is', null)
  await (of === 'first_operator'
    ? unused.where('purpose', '=', of)
    : unused.where('operator_id', '=', of.operatorId)
  ).execute()
}
