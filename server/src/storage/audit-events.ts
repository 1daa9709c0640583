import type { Queries } from './database.ts'
import type { AuditEventRow } from './schema.ts'

export async function auditEventInsert(trx: Queries, row: AuditEventRow): Promise<void> {
  await trx.insertInto('audit_events').values(row).execute()
}

export type AuditEventListOptions = {
  readonly tenantId: string
  /** Id of what has changed; undefined for everything. */
  readonly subjectId: string | undefined
  /** The last event of the page before. */
  readonly before: { readonly occurredAt: number; readonly id: string } | undefined
  readonly limit: number
}

/** The newest first; of one instant by id. */
export async function auditEventList(
  trx: Queries,
  { tenantId, subjectId, before, limit }: AuditEventListOptions,
): Promise<readonly AuditEventRow[]> {
  let query = trx.selectFrom('audit_events').selectAll().where('tenant_id', '=', tenantId)
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId)
  if (before) {
    query = query.where((on) =>
      on.or([
        on('occurred_at', '<', before.occurredAt),
        on.and([on('occurred_at', '=', before.occurredAt), on('id', '<', before.id)]),
      ]),
    )
  }
  return await query.orderBy('occurred_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}
