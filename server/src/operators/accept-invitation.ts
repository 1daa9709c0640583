import { recordAuditEvent } from '#audit/record-audit-event.ts'
import type { Queries } from '#storage/database.ts'
import { invitationUse } from '#storage/invitations.ts'
import { newId } from '#storage/new-id.ts'
import {
  operatorAccountInsert,
  operatorAccountProviders,
  PASSWORD_PROVIDER,
} from '#storage/operator-accounts.ts'
import { operatorRoleInsert, operatorRoleList } from '#storage/operator-roles.ts'
import { operatorExists, operatorHold, operatorInsert, operatorUpdateName } from '#storage/operators.ts'
import { findOpenInvitation, type OpenInvitation } from './check-invitation.ts'
import type { OperatorsDeps } from './deps.ts'
import { normaliseEmail } from './email.ts'
import { checkOperatorFields } from './field-checks.ts'
import { FIRST_OPERATOR_TURN } from './invitation-codes.ts'
import { newOperator } from './new-operator.ts'
import { refusePassword } from './password-rules.ts'
import { type OperatorRefused, refusedOperator } from './refused.ts'

export type AcceptInvitation = {
  readonly code: string
  readonly name: string
  /** Of the first operator; whoever is invited has one already. */
  readonly email?: string | undefined
  readonly password: string
  /** All tenants: the first operator becomes their customer admin. */
  readonly tenantIds: readonly string[]
  readonly requestId: string
}

export type AcceptedInvitation = {
  readonly outcome: 'accepted'
  readonly operatorId: string
  /** With this and the password the console signs in. */
  readonly email: string
}

/** Gives an invited operator a name and a password, or makes the first operator. Signs nobody in. */
export async function acceptInvitation(
  deps: OperatorsDeps,
  command: AcceptInvitation,
): Promise<AcceptedInvitation | OperatorRefused> {
  const { db, hasher, now } = deps
  const { code, name, password } = command
  // First of all, so that without a code nobody makes this server hash.
  const open = await db.snapshot(undefined, (trx) => findOpenInvitation(trx, { code, now: now() }))
  if (!open) return refusedOperator('invitation_invalid')
  const email = open.operator?.email ?? normaliseEmail(command.email ?? '')
  const errors = checkOperatorFields({ name, email })
  if (errors.length > 0) return refusedOperator('validation_failed', errors)
  const refused = refusePassword(password, { owner: { email, name }, field: '/password' })
  if (refused) return refusedOperator(refused.code, refused.errors)
  const passwordHash = await hasher.hash(password)
  if (passwordHash === undefined) return refusedOperator('overloaded')
  const acceptance = { ...command, email, passwordHash, invitation: open.invitation }
  const turn = open.operator ? undefined : FIRST_OPERATOR_TURN
  return await db.acrossTenants((trx) => accept(deps, trx, acceptance), turn)
}

type Acceptance = AcceptInvitation & {
  readonly email: string
  readonly passwordHash: string
  readonly invitation: OpenInvitation['invitation']
}

async function accept(
  deps: OperatorsDeps,
  trx: Queries,
  acceptance: Acceptance,
): Promise<AcceptedInvitation | OperatorRefused> {
  const { now, randomBytes } = deps
  const { email, invitation, name, passwordHash, requestId } = acceptance
  const at = now()
  const invited = invitation.operator_id
  if (invited !== null) {
    await operatorHold(trx, invited)
    // Whoever signs in already, perhaps by single sign-on since a moment ago, gets no password from somebody with a code.
    if ((await operatorAccountProviders(trx, invited)).length > 0)
      return refusedOperator('invitation_invalid')
  }
  // The one place that decides: whoever comes second finds nothing to use up.
  if (!(await invitationUse(trx, { id: invitation.id, now: at })))
    return refusedOperator('invitation_invalid')
  if (invited === null && (await operatorExists(trx))) return refusedOperator('invitation_invalid')
  const operatorId = invited ?? (await insertFirst(deps, trx, acceptance))
  if (invited !== null) await operatorUpdateName(trx, { id: operatorId, name: name.trim(), updatedAt: at })
  await operatorAccountInsert(trx, {
    id: newId('acc', randomBytes),
    operator_id: operatorId,
    provider_id: PASSWORD_PROVIDER,
    account_id: operatorId,
    password_hash: passwordHash,
    created_at: at,
    updated_at: at,
  })
  for (const { tenant_id: tenantId, role } of await operatorRoleList(trx, operatorId)) {
    await recordAuditEvent(trx, {
      actor: `operator ${operatorId}`,
      requestId,
      action: 'invitation_accepted',
      tenantId,
      subjectId: operatorId,
      detail: { by: 'password', role },
      occurredAt: at,
      randomBytes,
    })
  }
  return { outcome: 'accepted', operatorId, email }
}

async function insertFirst(
  { now, randomBytes }: OperatorsDeps,
  trx: Queries,
  { name, email, tenantIds }: Acceptance,
): Promise<string> {
  const id = newId('opr', randomBytes)
  await operatorInsert(trx, newOperator({ id, name, email, at: now() }))
  for (const tenantId of tenantIds) {
    await operatorRoleInsert(trx, {
      operator_id: id,
      tenant_id: tenantId,
      role: 'customer_admin',
      added_at: now(),
    })
  }
  return id
}
