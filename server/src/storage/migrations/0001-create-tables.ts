import { sql, type Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

/** The first tables. */
export async function createTables(trx: Transaction<Schema>): Promise<void> {
  await createCredentials(trx)
  await createTokens(trx)
  await createAuditEvents(trx)
  await createChanges(trx)
  await createIdempotencyKeys(trx)
  await trx.schema
    .createTable('management_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addColumn('hint', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
}

async function createCredentials(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('credentials')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('title_key', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('search_key', 'text', (column) => column.notNull())
    .addColumn('authentication_method', 'text', (column) => column.notNull())
    .addColumn('active', 'integer', (column) => column.notNull())
    .addColumn('allowed_endpoints', 'text', (column) => column.notNull())
    .addColumn('allowed_endpoints_count', 'integer')
    .addColumn('email', 'text')
    .addColumn('password_hash', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute()
  await trx.schema
    .createIndex('credentials_title')
    .unique()
    .on('credentials')
    .columns(['tenant_id', 'title_key'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute()
}

async function createTokens(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('credential_id', 'text', (column) => column.notNull().references('credentials.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addColumn('hint', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await trx.schema.createIndex('tokens_credential').on('tokens').column('credential_id').execute()
}

async function createAuditEvents(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('audit_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('occurred_at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .execute()
  await trx.schema
    .createIndex('audit_events_tenant')
    .on('audit_events')
    .columns(['tenant_id', 'occurred_at'])
    .execute()
}

async function createChanges(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('changes')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull())
    .addColumn('occurred_at', 'bigint', (column) => column.notNull())
    .execute()
  await trx.schema
    .createTable('change_counter')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .execute()
  await trx.insertInto('change_counter').values({ id: 1, seq: 0 }).execute()
}

async function createIdempotencyKeys(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('idempotency_keys')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('key_digest', 'text', (column) => column.notNull())
    .addColumn('request_digest', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull().references('credentials.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_keys_primary', ['tenant_id', 'key_digest'])
    .execute()
  await trx.schema.createIndex('idempotency_keys_age').on('idempotency_keys').column('created_at').execute()
}
