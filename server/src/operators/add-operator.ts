import type { Role } from '@stagedoor/core/role.ts'
import { type ChangeContext, recordAuditEvent } from '#audit/record-audit-event.ts'
import type { Queries } from '#storage/database.ts'
import { newId } from '#storage/new-id.ts'
import { operatorRoleInsert, operatorRoleList } from '#storage/operator-roles.ts'
import { operatorFindByEmail, operatorHold, operatorInsert } from '#storage/operators.ts'
import type { OperatorsDeps } from './deps.ts'
import { normaliseEmail } from './email.ts'
import { checkOperatorFields } from './field-checks.ts'
import { type InvitationCode, makeInvitation } from './invitation-codes.ts'
import { mayInvite } from './may-invite.ts'
import { newOperator } from './new-operator.ts'
import { loadOperator, type OperatorView } from './operator-view.ts'
import { type OperatorRefused, refusedOperator } from './refused.ts'

type Deps = Pick<OperatorsDeps, 'db' | 'now' | 'randomBytes'>

export type AddOperator = ChangeContext & {
  readonly tenantId: string
  readonly email: string
  /** Of an operator who is not there yet; whoever is keeps the name. */
  readonly name: string
  readonly role: Role
}

export type AddedOperator = {
  readonly outcome: 'added'
  readonly operator: OperatorView
  /** To be shown once. Undefined where the operator can sign in already, or another tenant has invited them. */
  readonly invitation: InvitationCode | undefined
}

/** Adds an operator to a tenant. One address is one operator, in however many tenants. */
export async function addOperator(
  deps: Deps,
  command: AddOperator,
): Promise<AddedOperator | OperatorRefused> {
  const email = normaliseEmail(command.email)
  const errors = checkOperatorFields({ name: command.name, email })
  if (errors.length > 0) return refusedOperator('validation_failed', errors)
  return await deps.db.inTenant(command.tenantId, (trx) => add(deps, trx, { ...command, email }))
}

async function add(
  { now, randomBytes }: Deps,
  trx: Queries,
  { tenantId, email, name, role, actor, requestId }: AddOperator,
): Promise<AddedOperator | OperatorRefused> {
  const at = now()
  const known = await operatorFindByEmail(trx, email)
  const operatorId = known?.id ?? newId('opr', randomBytes)
  if (!known) await operatorInsert(trx, newOperator({ id: operatorId, name, email, at }))
  await operatorHold(trx, operatorId)
  const before = await operatorRoleList(trx, operatorId)
  if (before.some((each) => each.tenant_id === tenantId)) return refusedOperator('operator_exists')
  await operatorRoleInsert(trx, { operator_id: operatorId, tenant_id: tenantId, role, added_at: at })
  const mayHaveCode = before.length === 0 && (await mayInvite(trx, { operatorId, tenantId }))
  const invitation = mayHaveCode ? await makeInvitation(trx, { operatorId, now: at, randomBytes }) : undefined
  await recordAuditEvent(trx, {
    actor,
    requestId,
    action: 'operator_added',
    tenantId,
    subjectId: operatorId,
    detail: { role, invited: invitation !== undefined },
    occurredAt: at,
    randomBytes,
  })
  return { outcome: 'added', operator: await loadOperator(trx, { tenantId, operatorId }), invitation }
}
