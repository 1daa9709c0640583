import { recordAuditEvent } from '#audit/record-audit-event.ts'
import { invitationDeleteUnused } from '#storage/invitations.ts'
import { operatorRoleDelete, operatorRoleFind, operatorRoleList } from '#storage/operator-roles.ts'
import { operatorSessionDeleteAll } from '#storage/operator-sessions.ts'
import { operatorHold } from '#storage/operators.ts'
import type { OperatorsDeps } from './deps.ts'
import { isLastCustomerAdmin } from './last-admin.ts'
import type { OperatorCommand } from './operator-command.ts'
import { type OperatorRefused, refusedOperator } from './refused.ts'

export type RemovedOperator = { readonly outcome: 'removed' }

/** Takes an operator out of a tenant. Who is left without any sees nothing: sessions and invitations end. */
export async function removeFromTenant(
  { db, now, randomBytes }: Pick<OperatorsDeps, 'db' | 'now' | 'randomBytes'>,
  { tenantId, operatorId, actor, requestId }: OperatorCommand,
): Promise<RemovedOperator | OperatorRefused> {
  return await db.inTenant(tenantId, async (trx) => {
    await operatorHold(trx, operatorId)
    const role = await operatorRoleFind(trx, { operatorId, tenantId })
    if (!role) return refusedOperator('not_found')
    if (await isLastCustomerAdmin(trx, { tenantId, operatorId }))
      return refusedOperator('last_customer_admin')
    await operatorRoleDelete(trx, { operatorId, tenantId })
    if ((await operatorRoleList(trx, operatorId)).length === 0) {
      await operatorSessionDeleteAll(trx, { operatorId })
      await invitationDeleteUnused(trx, { operatorId })
    }
    await recordAuditEvent(trx, {
      actor,
      requestId,
      action: 'operator_removed',
      tenantId,
      subjectId: operatorId,
      detail: { role },
      occurredAt: now(),
      randomBytes,
    })
    return { outcome: 'removed' } as const
  })
}
