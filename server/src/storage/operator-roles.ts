import type { Role } from '@stagedoor/core/role.ts'
import { sql } from 'kysely'
import type { Queries } from './database.ts'
import type { OperatorRoleRow } from './schema.ts'

export type OperatorRoleKey = { readonly operatorId: string; readonly tenantId: string }

export async function operatorRoleFind(
  trx: Queries,
  { operatorId, tenantId }: OperatorRoleKey,
): Promise<Role | undefined> {
  const row = await trx
    .selectFrom('operator_roles')
    .select('role')
    .where('operator_id', '=', operatorId)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row?.role
}

/** The roles of an operator, the oldest first. */
export async function operatorRoleList(
  trx: Queries,
  operatorId: string,
): Promise<readonly OperatorRoleRow[]> {
  return await trx
    .selectFrom('operator_roles')
    .selectAll()
    .where('operator_id', '=', operatorId)
    .orderBy('added_at')
    .orderBy('tenant_id')
    .execute()
}

export async function operatorRoleInsert(trx: Queries, row: OperatorRoleRow): Promise<void> {
  await trx.insertInto('operator_roles').values(row).execute()
}

export async function operatorRoleUpdate(
  trx: Queries,
  { operatorId, tenantId, role }: OperatorRoleKey & { readonly role: Role },
): Promise<void> {
  await trx
    .updateTable('operator_roles')
    .set({ role })
    .where('operator_id', '=', operatorId)
    .where('tenant_id', '=', tenantId)
    .execute()
}

export async function operatorRoleDelete(
  trx: Queries,
  { operatorId, tenantId }: OperatorRoleKey,
): Promise<void> {
  await trx
    .deleteFrom('operator_roles')
    .where('operator_id', '=', operatorId)
    .where('tenant_id', '=', tenantId)
    .execute()
}

/** The customer admins of a tenant, and whether they can sign in already. */
export async function operatorRoleAdmins(
  trx: Queries,
  tenantId: string,
): Promise<readonly { readonly operatorId: string; readonly signsIn: boolean }[]> {
  const rows = await trx
    .selectFrom('operator_roles')
    .select((on) => [
      'operator_roles.operator_id',
      on
        .selectFrom('operator_accounts')
        .whereRef('operator_accounts.operator_id', '=', 'operator_roles.operator_id')
        .select(sql<number>`count(*)`.as('count'))
        .as('accounts'),
    ])
    .where('tenant_id', '=', tenantId)
    .where('role', '=', 'customer_admin')
    .execute()
  return rows.map((row) => ({ operatorId: row.operator_id, signsIn: Number(row.accounts) > 0 }))
}
