import type { Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

/** The gateways that follow the changes, and what they have counted. */
export async function createNodesAndUsage(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('nodes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('instance', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('config_digest', 'text', (column) => column.notNull())
    .addColumn('registered_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('stopped_at', 'bigint')
    .execute()
  await trx.schema
    .createTable('usage_hours')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull())
    .addColumn('endpoint_id', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('hour', 'bigint', (column) => column.notNull())
    .addColumn('calls', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_hours_key', ['credential_id', 'hour', 'endpoint_id', 'outcome'])
    .execute()
  await trx.schema
    .createTable('usage_batches')
    .addColumn('node_id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('noted_at', 'bigint', (column) => column.notNull())
    .execute()
  await trx.schema.createIndex('usage_hours_age').on('usage_hours').column('hour').execute()
}
