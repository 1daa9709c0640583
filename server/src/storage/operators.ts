import type { Role } from '@stagedoor/core/role.ts'
import { sql } from 'kysely'
import type { Queries } from './database.ts'
import type { OperatorRow } from './schema.ts'

/** Whether anybody may sign in to the console at all. */
export async function operatorExists(trx: Queries): Promise<boolean> {
  const row = await trx.selectFrom('operators').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}

export async function operatorFindById(trx: Queries, id: string): Promise<OperatorRow | undefined> {
  return await trx.selectFrom('operators').selectAll().where('id', '=', id).executeTakeFirst()
}

/**
 * Keeps what others do with this operator waiting until this transaction ends: an operator belongs to no tenant, so that a
 * tenant's turn does not keep another tenant's commands away. To be called before anything is read of the operator.
 */
export async function operatorHold(trx: Queries, id: string): Promise<void> {
  // A change that changes nothing takes the lock of the row on every database.
  await trx
    .updateTable('operators')
    .set((on) => ({ updated_at: on.ref('updated_at') }))
    .where('id', '=', id)
    .execute()
}

/** The address must be normalised. */
export async function operatorFindByEmail(trx: Queries, email: string): Promise<OperatorRow | undefined> {
  return await trx.selectFrom('operators').selectAll().where('email', '=', email).executeTakeFirst()
}

export async function operatorInsert(trx: Queries, row: OperatorRow): Promise<void> {
  await trx.insertInto('operators').values(row).execute()
}

export async function operatorUpdateName(
  trx: Queries,
  { id, name, updatedAt }: { readonly id: string; readonly name: string; readonly updatedAt: number },
): Promise<void> {
  await trx.updateTable('operators').set({ name, updated_at: updatedAt }).where('id', '=', id).execute()
}

/** An operator as a tenant sees it. */
export type OperatorListRow = Pick<OperatorRow, 'id' | 'name' | 'email' | 'two_factor_enabled'> & {
  readonly role: Role
  readonly added_at: number
  /** How many ways to sign in there are; none before the invitation is accepted. */
  readonly accounts: number | null
  /** The end of the invitation that waits, if one does. */
  readonly invitation_expires_at: number | null
}

export type OperatorListOptions = {
  readonly tenantId: string
  /** Only this one. */
  readonly operatorId?: string | undefined
}

/** The operators of a tenant, by name, then id. */
export async function operatorListByTenant(
  trx: Queries,
  { tenantId, operatorId }: OperatorListOptions,
): Promise<readonly OperatorListRow[]> {
  let query = trx
    .selectFrom('operator_roles')
    .innerJoin('operators', 'operators.id', 'operator_roles.operator_id')
    .select(['operators.id', 'operators.name', 'operators.email', 'operators.two_factor_enabled'])
    .select(['operator_roles.role', 'operator_roles.added_at'])
    .select((on) => [
      on
        .selectFrom('operator_accounts')
        .whereRef('operator_accounts.operator_id', '=', 'operators.id')
        .select(sql<number>`count(*)`.as('count'))
        .as('accounts'),
      on
        .selectFrom('invitations')
        .whereRef('invitations.operator_id', '=', 'operators.id')
        .where('invitations.used_at', 'is', null)
        .select(sql<number | null>`max(expires_at)`.as('last'))
        .as('invitation_expires_at'),
    ])
    .where('operator_roles.tenant_id', '=', tenantId)
  if (operatorId !== undefined) query = query.where('operators.id', '=', operatorId)
  return await query.orderBy('operators.name').orderBy('operators.id').execute()
}
