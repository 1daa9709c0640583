import type { RandomBytes } from '@stagedoor/core/token.ts'
import { auditEventInsert } from '#storage/audit-events.ts'
import type { Queries } from '#storage/database.ts'
import { newId } from '#storage/new-id.ts'

/** Who makes a change, and in which request. */
export type ChangeContext = {
  /** In words that an auditor can follow: `management token mgt_...`, `operator opr_...`. */
  readonly actor: string
  readonly requestId: string
}

export type AuditAction =
  | 'credential_added'
  | 'credential_edited'
  | 'credential_deleted'
  | 'allowed_endpoints_set'
  | 'tokens_issued'
  | 'tokens_refreshed'
  | 'refresh_token_reused'
  | 'refresh_token_of_another'
  | 'token_revoked'
  | 'management_token_made'
  | 'management_token_revoked'
  | 'operator_added'
  | 'operator_role_set'
  | 'operator_removed'
  | 'invitation_renewed'
  | 'invitation_accepted'

export type AuditEvent = ChangeContext & {
  readonly action: AuditAction
  readonly tenantId: string
  /** Id of what has changed: a credential, a management token, an operator. */
  readonly subjectId: string
  /** What has changed. Never a token, a password or an e-mail address. */
  readonly detail: Readonly<Record<string, unknown>>
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly randomBytes: RandomBytes
}

/** Writes the audit event within the transaction that makes the change. */
export async function recordAuditEvent(trx: Queries, event: AuditEvent): Promise<void> {
  await auditEventInsert(trx, {
    id: newId('aud', event.randomBytes),
    tenant_id: event.tenantId,
    occurred_at: event.occurredAt,
    actor: event.actor,
    action: event.action,
    subject_id: event.subjectId,
    detail: JSON.stringify(event.detail),
    request_id: event.requestId,
  })
}
