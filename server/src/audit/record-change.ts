import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Transaction } from 'kysely'
import { auditEventInsert } from '#storage/audit-events.ts'
import { changeAppend } from '#storage/changes.ts'
import { newId } from '#storage/new-id.ts'
import type { Schema } from '#storage/schema.ts'

/** Who makes a change, and in which request. */
export type ChangeContext = {
  /** In words that an auditor can follow: `management token mgt_...`. */
  readonly actor: string
  readonly requestId: string
}

export type AuditAction =
  | 'credential_added'
  | 'credential_edited'
  | 'credential_deleted'
  | 'allowed_endpoints_set'

export type RecordedChange = ChangeContext & {
  readonly action: AuditAction
  readonly tenantId: string
  readonly credentialId: string
  /** What has changed. Never a token, a password or an e-mail address. */
  readonly detail: Readonly<Record<string, unknown>>
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly randomBytes: RandomBytes
}

/** Writes the audit event and the entry of the feed, within the transaction that makes the change. */
export async function recordChange(trx: Transaction<Schema>, change: RecordedChange): Promise<void> {
  const { tenantId, credentialId, occurredAt } = change
  await auditEventInsert(trx, {
    id: newId('aud', change.randomBytes),
    tenant_id: tenantId,
    occurred_at: occurredAt,
    actor: change.actor,
    action: change.action,
    credential_id: credentialId,
    detail: JSON.stringify(change.detail),
    request_id: change.requestId,
  })
  await changeAppend(trx, { tenantId, credentialId, occurredAt })
}
