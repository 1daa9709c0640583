import { auditEventList } from '#storage/audit-events.ts'
import type { Database } from '#storage/database.ts'

/** One thing that has happened. `occurredAt` is epoch milliseconds. */
export type AuditEventView = {
  readonly id: string
  readonly occurredAt: number
  readonly actor: string
  readonly action: string
  readonly subjectId: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly requestId: string
}

export type AuditPlace = { readonly occurredAt: number; readonly id: string }

export type ListAuditEvents = {
  readonly tenantId: string
  readonly subjectId: string | undefined
  readonly before: AuditPlace | undefined
  readonly limit: number
}

/** One page of what has happened in a tenant, the newest first, and where the next begins. */
export async function listAuditEvents(
  db: Database,
  { limit, ...filter }: ListAuditEvents,
): Promise<{ readonly items: readonly AuditEventView[]; readonly next: AuditPlace | undefined }> {
  // One more than asked for tells whether there is another page.
  const rows = await db.snapshot(filter.tenantId, (trx) =>
    auditEventList(trx, { ...filter, limit: limit + 1 }),
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    items: page.map((row) => ({
      id: row.id,
      occurredAt: row.occurred_at,
      actor: row.actor,
      action: row.action,
      subjectId: row.subject_id,
      detail: JSON.parse(row.detail),
      requestId: row.request_id,
    })),
    next: last && { occurredAt: last.occurred_at, id: last.id },
  }
}
