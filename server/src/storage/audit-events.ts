import type { Kysely } from 'kysely'
import type { AuditEventRow, Schema } from './schema.ts'

export async function auditEventInsert(db: Kysely<Schema>, row: AuditEventRow): Promise<void> {
  await db.insertInto('audit_events').values(row).execute()
}
