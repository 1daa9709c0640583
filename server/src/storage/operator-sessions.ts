import type { Queries } from './database.ts'
import type { OperatorSessionRow } from './schema.ts'

/** What may be shown of a session. */
export type OperatorSessionListRow = Omit<OperatorSessionRow, 'token_digest'>

/** The instants at and before which a session was used or made too long ago. */
export type SessionLimits = { readonly usedBefore: number; readonly createdBefore: number }

/** The session, whether it has ended or not. */
export async function operatorSessionFind(
  trx: Queries,
  id: string,
): Promise<OperatorSessionListRow | undefined> {
  return await shown(trx).where('id', '=', id).executeTakeFirst()
}

/** The sessions of an operator that have not ended, the last used first. */
export async function operatorSessionList(
  trx: Queries,
  { operatorId, usedBefore, createdBefore }: SessionLimits & { readonly operatorId: string },
): Promise<readonly OperatorSessionListRow[]> {
  return await shown(trx)
    .where('operator_id', '=', operatorId)
    .where('last_used_at', '>', usedBefore)
    .where('created_at', '>', createdBefore)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute()
}

export async function operatorSessionTouch(
  trx: Queries,
  { id, usedAt }: { readonly id: string; readonly usedAt: number },
): Promise<void> {
  await trx.updateTable('operator_sessions').set({ last_used_at: usedAt }).where('id', '=', id).execute()
}

/** Whether there was such a session of this operator. */
export async function operatorSessionDelete(
  trx: Queries,
  { operatorId, id }: { readonly operatorId: string; readonly id: string },
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('operator_sessions')
    .where('operator_id', '=', operatorId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Every session of the operator, but for the one to keep. */
export async function operatorSessionDeleteAll(
  trx: Queries,
  { operatorId, keptId }: { readonly operatorId: string; readonly keptId?: string },
): Promise<void> {
  let query = trx.deleteFrom('operator_sessions').where('operator_id', '=', operatorId)
  if (keptId !== undefined) query = query.where('id', '!=', keptId)
  await query.execute()
}

/** Sessions that have ended without anybody asking for them again. */
export async function operatorSessionDeleteEnded(
  trx: Queries,
  { usedBefore, createdBefore }: SessionLimits,
): Promise<void> {
  await trx
    .deleteFrom('operator_sessions')
    .where((on) => on.or([on('last_used_at', '<=', usedBefore), on('created_at', '<=', createdBefore)]))
    .execute()
}

function shown(trx: Queries) {
  return trx
    .selectFrom('operator_sessions')
    .select(['id', 'operator_id', 'created_at', 'last_used_at', 'expires_at', 'ip_address', 'user_agent'])
}
