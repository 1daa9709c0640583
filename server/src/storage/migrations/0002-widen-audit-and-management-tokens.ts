import type { Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

/** The audit is of more than credentials; management tokens are of a tenant, with a role, and can be revoked. */
export async function widenAuditAndManagementTokens(trx: Transaction<Schema>): Promise<void> {
  await trx.schema.alterTable('audit_events').renameColumn('credential_id', 'subject_id').execute()
  const table = (): ReturnType<typeof trx.schema.alterTable> => trx.schema.alterTable('management_tokens')
  await table().addColumn('tenant_id', 'text').execute()
  await table()
    .addColumn('title', 'text', (column) => column.notNull().defaultTo('First start'))
    .execute()
  await table()
    .addColumn('role', 'text', (column) => column.notNull().defaultTo('customer_admin'))
    .execute()
  await table().addColumn('created_by', 'text').execute()
  await table().addColumn('last_used_at', 'bigint').execute()
  await table().addColumn('revoked_at', 'bigint').execute()
  await trx.schema
    .createIndex('management_tokens_tenant')
    .on('management_tokens')
    .column('tenant_id')
    .execute()
}
