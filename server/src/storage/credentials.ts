import { type ExpressionBuilder, sql } from 'kysely'
import type { Queries } from './database.ts'
import type { CredentialRow, Schema } from './schema.ts'

/** What lists show of a credential: everything but the list of its endpoints and its password's hash. */
export type CredentialListRow = Omit<
  CredentialRow,
  'allowed_endpoints' | 'email_key' | 'password_hash' | 'search_key'
>

export type CredentialKey = { readonly tenantId: string; readonly id: string }

/** The credential, unless it is deleted or another tenant's. */
export async function credentialFindById(
  trx: Queries,
  { tenantId, id }: CredentialKey,
): Promise<CredentialRow | undefined> {
  return await trx
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

/** What tells whether somebody is a client of the token endpoint: of one id, or of all with an e-mail address. */
export type CredentialClientRow = Pick<
  CredentialRow,
  'id' | 'tenant_id' | 'active' | 'password_hash' | 'authentication_method'
>

export async function credentialListClients(
  trx: Queries,
  by: { readonly id: string } | { readonly emailKey: string },
): Promise<readonly CredentialClientRow[]> {
  const query = trx
    .selectFrom('credentials')
    .select(['id', 'tenant_id', 'active', 'password_hash', 'authentication_method'])
    .where('authentication_method', '=', 'oauth')
    .where('deleted_at', 'is', null)
    // Of one address the oldest come first: what is added later takes nothing from them.
    .orderBy('created_at')
    .orderBy('id')
  return 'id' in by
    ? await query.where('id', '=', by.id).execute()
    : await query.where('email_key', '=', by.emailKey).execute()
}

/** The folded address of a client; undefined where there is none with this id. */
export async function credentialFindEmailKey(trx: Queries, id: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('credentials')
    .select('email_key')
    .where('id', '=', id)
    .where('authentication_method', '=', 'oauth')
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.email_key ?? undefined
}

/** Whose credentials these are, also of deleted ones; those that never were are left out. */
export async function credentialListTenants(
  trx: Queries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('credentials')
    .select(['id', 'tenant_id'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row.tenant_id]))
}

/** The id of the credential that has this title now. */
export async function credentialFindIdByTitle(
  trx: Queries,
  { tenantId, titleKey }: { readonly tenantId: string; readonly titleKey: string },
): Promise<string | undefined> {
  const row = await trx
    .selectFrom('credentials')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('title_key', '=', titleKey)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.id
}

export async function credentialInsert(trx: Queries, row: CredentialRow): Promise<void> {
  await trx.insertInto('credentials').values(row).execute()
}

export type CredentialChanges = Partial<Omit<CredentialRow, 'id' | 'tenant_id' | 'version' | 'created_at'>>

/** Writes these columns and counts the version on. */
export async function credentialUpdate(trx: Queries, id: string, changes: CredentialChanges): Promise<void> {
  await trx
    .updateTable('credentials')
    .set({ ...changes, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute()
}

export type CredentialFilter = {
  readonly tenantId: string
  /** Folded words that title or description must all contain. */
  readonly words: readonly string[]
  readonly active: boolean | undefined
  readonly method: CredentialRow['authentication_method'] | undefined
}

export type CredentialListOptions = CredentialFilter & {
  /** The last credential of the page before. */
  readonly after: { readonly titleKey: string; readonly id: string } | undefined
  readonly limit: number
}

/** By title, then id. */
export async function credentialList(
  trx: Queries,
  { after, limit, ...filter }: CredentialListOptions,
): Promise<readonly CredentialListRow[]> {
  let query = trx
    .selectFrom('credentials')
    .select(['id', 'tenant_id', 'title', 'title_key', 'description', 'authentication_method', 'active'])
    .select(['allowed_endpoints_count', 'email', 'version', 'created_at', 'updated_at', 'deleted_at'])
    .where(matching(filter))
  if (after) {
    query = query.where((on) =>
      on.or([
        on('title_key', '>', after.titleKey),
        on.and([on('title_key', '=', after.titleKey), on('id', '>', after.id)]),
      ]),
    )
  }
  return await query.orderBy('title_key').orderBy('id').limit(limit).execute()
}

/** How many there are in all. */
export async function credentialCount(trx: Queries, filter: CredentialFilter): Promise<number> {
  const { count } = await trx
    .selectFrom('credentials')
    .select((on) => on.fn.countAll<number>().as('count'))
    .where(matching(filter))
    .executeTakeFirstOrThrow()
  return count
}

function matching({ tenantId, words, active, method }: CredentialFilter) {
  return (on: ExpressionBuilder<Schema, 'credentials'>) =>
    on.and([
      on('tenant_id', '=', tenantId),
      on('deleted_at', 'is', null),
      ...(active === undefined ? [] : [on('active', '=', active ? 1 : 0)]),
      ...(method === undefined ? [] : [on('authentication_method', '=', method)]),
      ...words.map(
        (word) => sql<boolean>`search_key like ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`} escape '\\'`,
      ),
    ])
}

/** How many credentials of a tenant sign in by OAuth. */
export async function credentialCountOAuth(trx: Queries, tenantId: string): Promise<number> {
  const { count } = await trx
    .selectFrom('credentials')
    .select((on) => on.fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tenantId)
    .where('authentication_method', '=', 'oauth')
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}
