import { sql } from 'kysely'
import type { Queries } from './database.ts'
import type { Migration } from './migrate.ts'

/** What PostgreSQL has beside the common migrations, and after them. In order; only ever appended to. */
export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  { name: 'postgres-0001-notify-of-changes', up: notifyOfChanges },
  { name: 'postgres-0002-row-level-security', up: rowLevelSecurity },
  { name: 'postgres-0003-sort-as-sqlite', up: sortAsSqlite },
]

/** What `postgres-listen.ts` listens to. */
export const CHANNEL = 'stagedoor_changes'

/** Whoever follows the changes is woken when one is committed. */
async function notifyOfChanges(trx: Queries): Promise<void> {
  await run(
    trx,
    `create function stagedoor_notify_of_changes() returns trigger language plpgsql as
      $$ begin perform pg_notify('${CHANNEL}', ''); return null; end $$`,
  )
  await run(
    trx,
    `create trigger changes_notify after insert on changes
      for each statement execute function stagedoor_notify_of_changes()`,
  )
}

// Evaluated once for a statement. Where nobody has set it, it is null or empty, and no row is seen.
const SETTING = `(select current_setting('stagedoor.tenant', true))`

/**
 * A second net under the conditions of the queries: a transaction for one tenant sees and changes that one's rows alone, and
 * one that names neither a tenant nor `*` sees nothing. `force` holds the owner of the tables to it as well.
 */
async function rowLevelSecurity(trx: Queries): Promise<void> {
  for (const table of ['credentials', 'audit_events', 'changes', 'idempotency_keys', 'usage_hours'])
    await protect(trx, table, `${SETTING} in ('*', tenant_id)`)
  // Those that have a tenant through their credential; of credentials too only the tenant's own are seen.
  for (const table of ['tokens', 'token_families', 'credential_networks']) {
    const own = `exists (select 1 from credentials where credentials.id = ${table}.credential_id)`
    await protect(trx, table, `${SETTING} = '*' or ${own}`)
  }
  // One of every tenant is shown to each, and is nobody's to change.
  await protect(trx, 'management_tokens', `${SETTING} in ('*', tenant_id)`, 'tenant_id is null')
  // A person may be in several tenants: whether in others too decides about sessions and invitations.
  await protect(trx, 'operator_roles', `${SETTING} in ('*', tenant_id)`, 'true')
}

/** @param own which rows may be seen and changed; @param seen which may be seen besides */
async function protect(trx: Queries, table: string, own: string, seen?: string): Promise<void> {
  await run(trx, `alter table ${table} enable row level security`)
  await run(trx, `alter table ${table} force row level security`)
  await run(trx, `create policy ${table}_of_tenant on ${table} using (${own}) with check (${own})`)
  if (seen !== undefined) await run(trx, `create policy ${table}_seen on ${table} for select using (${seen})`)
}

/** By the bytes of UTF-8, whatever the database's own language is: lists and their pages are the same everywhere. */
async function sortAsSqlite(trx: Queries): Promise<void> {
  await run(trx, `alter table credentials alter column title_key type text collate "C"`)
  await run(trx, `alter table operators alter column name type text collate "C"`)
}

async function run(trx: Queries, statement: string): Promise<void> {
  await sql.raw(statement).execute(trx)
}
