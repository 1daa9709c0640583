import { changeAppend } from '#storage/changes.ts'
import type { Queries } from '#storage/database.ts'
import { type AuditEvent, recordAuditEvent } from './record-audit-event.ts'

/** A change of a credential, which the data plane has to learn. */
export type RecordedChange = Omit<AuditEvent, 'subjectId'> & { readonly credentialId: string }

/** Writes the audit event and the entry of the feed, within the transaction that makes the change. */
export async function recordChange(trx: Queries, change: RecordedChange): Promise<void> {
  const { credentialId, ...event } = change
  await recordAuditEvent(trx, { ...event, subjectId: credentialId })
  await changeAppend(trx, { tenantId: change.tenantId, credentialId, occurredAt: change.occurredAt })
}
