import type { Role } from '@stagedoor/core/role.ts'
import { recordAuditEvent } from '#audit/record-audit-event.ts'
import { operatorRoleFind, operatorRoleUpdate } from '#storage/operator-roles.ts'
import type { OperatorsDeps } from './deps.ts'
import { isLastCustomerAdmin } from './last-admin.ts'
import type { OperatorCommand } from './operator-command.ts'
import { loadOperator, type OperatorView } from './operator-view.ts'
import { type OperatorRefused, refusedOperator } from './refused.ts'

export type RoleSet = { readonly outcome: 'set'; readonly operator: OperatorView }

/** Gives an operator another role in a tenant. It holds from the operator's next request on. */
export async function setRole(
  { db, now, randomBytes }: Pick<OperatorsDeps, 'db' | 'now' | 'randomBytes'>,
  command: OperatorCommand & { readonly role: Role },
): Promise<RoleSet | OperatorRefused> {
  const { tenantId, operatorId, role, actor, requestId } = command
  return await db.inTenant(tenantId, async (trx) => {
    const before = await operatorRoleFind(trx, { operatorId, tenantId })
    if (!before) return refusedOperator('not_found')
    if (before !== role) {
      if (role !== 'customer_admin' && (await isLastCustomerAdmin(trx, { tenantId, operatorId })))
        return refusedOperator('last_customer_admin')
      await operatorRoleUpdate(trx, { operatorId, tenantId, role })
      await recordAuditEvent(trx, {
        actor,
        requestId,
        action: 'operator_role_set',
        tenantId,
        subjectId: operatorId,
        detail: { before, after: role },
        occurredAt: now(),
        randomBytes,
      })
    }
    return { outcome: 'set', operator: await loadOperator(trx, { tenantId, operatorId }) } as const
  })
}
