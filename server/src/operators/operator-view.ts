import type { Role } from '@stagedoor/core/role.ts'
import type { Kysely } from 'kysely'
import { type OperatorListRow, operatorListByTenant } from '#storage/operators.ts'
import type { Schema } from '#storage/schema.ts'

/** An operator as the tenant sees it. Instants are epoch milliseconds. */
export type OperatorView = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly addedAt: number
  /** The invitation is not accepted: the operator cannot sign in with a password, and has not by single sign-on. */
  readonly pending: boolean
  /** Until when the invitation can be accepted, if there is one; it may lie in the past. */
  readonly invitationExpiresAt: number | undefined
  readonly twoFactorEnabled: boolean
}

/** The operators of a tenant, by name. */
export async function listOperators(
  { db }: { readonly db: Kysely<Schema> },
  tenantId: string,
): Promise<readonly OperatorView[]> {
  return (await operatorListByTenant(db, { tenantId })).map(toView)
}

/** One operator of a tenant, who must be there. */
export async function loadOperator(
  db: Kysely<Schema>,
  of: { readonly tenantId: string; readonly operatorId: string },
): Promise<OperatorView> {
  const [row] = await operatorListByTenant(db, of)
  if (!row) throw new Error('an operator is not there right after the change')
  return toView(row)
}

function toView(row: OperatorListRow): OperatorView {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    addedAt: row.added_at,
    pending: Number(row.accounts) === 0,
    invitationExpiresAt: row.invitation_expires_at ?? undefined,
    twoFactorEnabled: row.two_factor_enabled === 1,
  }
}
