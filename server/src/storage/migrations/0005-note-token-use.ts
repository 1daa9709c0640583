import type { Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

/** When a token was last used, whether a family ended by reuse, and from where a client has authenticated. */
export async function noteTokenUse(trx: Transaction<Schema>): Promise<void> {
  await trx.schema.alterTable('tokens').addColumn('last_used_at', 'bigint').execute()
  await trx.schema.alterTable('token_families').addColumn('reuse_detected_at', 'bigint').execute()
  await trx.schema
    .createTable('credential_networks')
    .addColumn('credential_id', 'text', (column) => column.notNull().references('credentials.id'))
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_networks_key', ['credential_id', 'network'])
    .execute()
  await trx.schema
    .createIndex('audit_events_subject')
    .on('audit_events')
    .columns(['tenant_id', 'subject_id', 'occurred_at'])
    .execute()
}
