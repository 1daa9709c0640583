import type { Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

/** The people who sign in to the console, their roles in tenants, and their invitations. */
export async function createOperators(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operators')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('email_verified', 'integer', (column) => column.notNull())
    .addColumn('two_factor_enabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await createSessions(trx)
  await createAccounts(trx)
  await createVerifications(trx)
  await createTwoFactors(trx)
  await createNetworks(trx)
  await createRoles(trx)
  await createInvitations(trx)
}

async function createSessions(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operator_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('operator_id', 'text', (column) => column.notNull().references('operators.id'))
    .addColumn('token_digest', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .execute()
  await trx.schema
    .createIndex('operator_sessions_operator')
    .on('operator_sessions')
    .column('operator_id')
    .execute()
}

/** How an operator may sign in. There are no columns for the tokens of a provider: they are never stored. */
async function createAccounts(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operator_accounts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('operator_id', 'text', (column) => column.notNull().references('operators.id'))
    .addColumn('provider_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('operator_accounts_key', ['provider_id', 'account_id'])
    .execute()
  await trx.schema
    .createIndex('operator_accounts_operator')
    .on('operator_accounts')
    .column('operator_id')
    .execute()
}

async function createVerifications(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operator_verifications')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await trx.schema
    .createIndex('operator_verifications_identifier')
    .on('operator_verifications')
    .column('identifier')
    .execute()
}

async function createTwoFactors(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operator_two_factors')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('operator_id', 'text', (column) => column.notNull().unique().references('operators.id'))
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('backup_codes', 'text', (column) => column.notNull())
    .addColumn('verified', 'integer', (column) => column.notNull())
    .addColumn('failed_verification_count', 'integer', (column) => column.notNull())
    .addColumn('locked_until', 'bigint')
    .execute()
}

/** From where an operator has signed in lately. */
async function createNetworks(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operator_networks')
    .addColumn('operator_id', 'text', (column) => column.notNull().references('operators.id'))
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('signed_in_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('operator_networks_primary', ['operator_id', 'network'])
    .execute()
}

async function createRoles(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('operator_roles')
    .addColumn('operator_id', 'text', (column) => column.notNull().references('operators.id'))
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('added_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('operator_roles_primary', ['operator_id', 'tenant_id'])
    .execute()
  await trx.schema.createIndex('operator_roles_tenant').on('operator_roles').column('tenant_id').execute()
}

async function createInvitations(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('invitations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('code_digest', 'text', (column) => column.notNull().unique())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('operator_id', 'text', (column) => column.references('operators.id'))
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await trx.schema.createIndex('invitations_operator').on('invitations').column('operator_id').execute()
}
