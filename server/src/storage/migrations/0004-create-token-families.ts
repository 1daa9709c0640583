import { sql, type Transaction } from 'kysely'
import type { Schema } from '#storage/schema.ts'

const ABSOLUTE_MS = 90 * 24 * 60 * 60 * 1000

/** OAuth tokens get families and generations, so that a refresh token that is used twice is noticed. */
export async function createTokenFamilies(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createTable('token_families')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('credential_id', 'text', (column) => column.notNull().references('credentials.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute()
  await trx.schema
    .createIndex('token_families_credential')
    .on('token_families')
    .column('credential_id')
    .execute()
  await trx.schema.alterTable('tokens').addColumn('family_id', 'text').execute()
  await trx.schema.alterTable('tokens').addColumn('generation', 'integer').execute()
  await trx.schema.alterTable('tokens').addColumn('rotated_at', 'bigint').execute()
  await trx.schema.createIndex('tokens_family').on('tokens').column('family_id').execute()
  await trx.schema.alterTable('credentials').addColumn('email_key', 'text').execute()
  await trx.schema.createIndex('credentials_email').on('credentials').column('email_key').execute()
  await adoptPairs(trx)
  await foldAddresses(trx)
}

/** Each pair that was issued before becomes the first generation of a family. */
async function adoptPairs(trx: Transaction<Schema>): Promise<void> {
  await sql`insert into token_families (id, credential_id, created_at, expires_at, revoked_at)
    select 'fam_' || substr(id, 5), credential_id, issued_at, issued_at + ${sql.lit(ABSOLUTE_MS)}, revoked_at
    from tokens where kind = 'refresh'`.execute(trx)
  await sql`update tokens set generation = 1, family_id = (
    select 'fam_' || substr(pair.id, 5) from tokens as pair
    where pair.kind = 'refresh' and pair.credential_id = tokens.credential_id and pair.issued_at = tokens.issued_at
  ) where kind <> 'api'`.execute(trx)
}

/** Databases fold letters differently, so it is done here. */
async function foldAddresses(trx: Transaction<Schema>): Promise<void> {
  const rows = await trx
    .selectFrom('credentials')
    .select(['id', 'email'])
    .where('email', 'is not', null)
    .execute()
  for (const { id, email } of rows) {
    const key = (email ?? '').trim().normalize('NFKC').toLowerCase().normalize('NFKC')
    await trx.updateTable('credentials').set({ email_key: key }).where('id', '=', id).execute()
  }
}
