import { recordAuditEvent } from '#audit/record-audit-event.ts'
import { invitationUseOfOperator } from '#storage/invitations.ts'
import { operatorNetworkRemember } from '#storage/operator-networks.ts'
import { operatorRoleList } from '#storage/operator-roles.ts'
import { operatorSessionDeleteEnded } from '#storage/operator-sessions.ts'
import type { AuthCall } from './auth-call.ts'
import type { AuthParts } from './auth-parts.ts'
import type { OperatorsDeps } from './deps.ts'
import { sessionLimits } from './session-life.ts'

/** So long an operator is known to come from a network. */
export const KNOWN_NETWORK_MS = 30 * 24 * 60 * 60 * 1000

/** Does what follows from a sign-in, if this answer completes one. The session that the browser had before ends. */
export async function noteSignIn(
  { deps, sessions }: AuthParts,
  { request, requestId, network }: AuthCall,
  answer: Response,
): Promise<void> {
  const { db, now, log } = deps
  const started = await sessions.findStarted(answer)
  if (!started) return
  const { operatorId, sessionId } = started
  const before = await sessions.find(request.headers)
  if (before) await sessions.end(before)
  const at = now()
  const remembered = { operator_id: operatorId, network, signed_in_at: at, since: at - KNOWN_NETWORK_MS }
  await db.acrossTenants(async (trx) => {
    await operatorSessionDeleteEnded(trx, sessionLimits(at))
    await operatorNetworkRemember(trx, remembered)
  })
  await acceptInvitationBySignIn(deps, { operatorId, requestId })
  log.info({ requestId, operatorId, sessionId }, 'an operator signed in')
}

/** Whoever has signed in needs no invitation any more. */
async function acceptInvitationBySignIn(
  { db, now, randomBytes }: OperatorsDeps,
  { operatorId, requestId }: { readonly operatorId: string; readonly requestId: string },
): Promise<void> {
  await db.acrossTenants(async (trx) => {
    if (!(await invitationUseOfOperator(trx, { operatorId, now: now() }))) return
    for (const { tenant_id: tenantId } of await operatorRoleList(trx, operatorId)) {
      await recordAuditEvent(trx, {
        actor: `operator ${operatorId}`,
        requestId,
        action: 'invitation_accepted',
        tenantId,
        subjectId: operatorId,
        detail: { by: 'single_sign_on' },
        occurredAt: now(),
        randomBytes,
      })
    }
  })
}
