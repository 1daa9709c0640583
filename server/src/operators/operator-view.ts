import type { Role } from '@stagedoor/core/role.ts'
import type { Database, Queries } from '#storage/database.ts'
import { type OperatorListRow, operatorListByTenant } from '#storage/operators.ts'

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
  { db }: { readonly db: Database },
  tenantId: string,
): Promise<readonly OperatorView[]> {
  return (await db.snapshot(tenantId, (trx) => operatorListByTenant(trx, { tenantId }))).map(toView)
}

/** One operator of a tenant, who must be there. */
export async function loadOperator(
  trx: Queries,
  of: { readonly tenantId: string; readonly operatorId: string },
): Promise<OperatorView> {
  const [row] = await operatorListByTenant(trx, of)
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
