import { recordAuditEvent } from '#audit/record-audit-event.ts'
import { operatorRoleFind } from '#storage/operator-roles.ts'
import { operatorHold } from '#storage/operators.ts'
import type { OperatorsDeps } from './deps.ts'
import { type InvitationCode, makeInvitation } from './invitation-codes.ts'
import { mayInvite } from './may-invite.ts'
import type { OperatorCommand } from './operator-command.ts'
import { type OperatorRefused, refusedOperator } from './refused.ts'

export type RenewedInvitation = { readonly outcome: 'renewed'; readonly invitation: InvitationCode }

/** Makes a new code for an operator who has not accepted yet. The code before is void. */
export async function renewInvitation(
  { db, now, randomBytes }: Pick<OperatorsDeps, 'db' | 'now' | 'randomBytes'>,
  { tenantId, operatorId, actor, requestId }: OperatorCommand,
): Promise<RenewedInvitation | OperatorRefused> {
  return await db.inTenant(tenantId, async (trx) => {
    await operatorHold(trx, operatorId)
    if (!(await operatorRoleFind(trx, { operatorId, tenantId }))) return refusedOperator('not_found')
    if (!(await mayInvite(trx, { operatorId, tenantId }))) return refusedOperator('invitation_not_open')
    const at = now()
    const invitation = await makeInvitation(trx, { operatorId, now: at, randomBytes })
    await recordAuditEvent(trx, {
      actor,
      requestId,
      action: 'invitation_renewed',
      tenantId,
      subjectId: operatorId,
      detail: {},
      occurredAt: at,
      randomBytes,
    })
    return { outcome: 'renewed', invitation } as const
  })
}
