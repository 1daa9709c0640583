import type { Kysely } from 'kysely'
import type { InvitationRow, Schema } from './schema.ts'

export async function invitationInsert(db: Kysely<Schema>, row: InvitationRow): Promise<void> {
  await db.insertInto('invitations').values(row).execute()
}

/** The invitation with this code, unless it is used or its time is over. */
export async function invitationFindOpen(
  db: Kysely<Schema>,
  { codeDigest, now }: { readonly codeDigest: string; readonly now: number },
): Promise<InvitationRow | undefined> {
  return await db
    .selectFrom('invitations')
    .selectAll()
    .where('code_digest', '=', codeDigest)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses the invitation up. Of several at once, one alone is told true. */
export async function invitationUse(
  db: Kysely<Schema>,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
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
  db: Kysely<Schema>,
  { operatorId, now }: { readonly operatorId: string; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('invitations')
    .set({ used_at: now })
    .where('operator_id', '=', operatorId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Takes back the unused codes of an operator, or those for the first operator. */
export async function invitationDeleteUnused(
  db: Kysely<Schema>,
  of: { readonly operatorId: string } | 'first_operator',
): Promise<void> {
  const unused = db.deleteFrom('invitations').where('used_at', 'is', null)
  await (of === 'first_operator'
    ? unused.where('purpose', '=', of)
    : unused.where('operator_id', '=', of.operatorId)
  ).execute()
}
