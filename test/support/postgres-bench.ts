import { sql } from 'kysely'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { changeAppend } from '../../server/src/storage/changes.ts'
import type { Database, Queries, Storage } from '../../server/src/storage/database.ts'
import { type OpenPostgresOptions, openPostgres } from '../../server/src/storage/postgres.ts'
import { POSTGRES_OPTIONS, sharedPostgres } from './databases.ts'

type Options = Partial<OpenPostgresOptions>
export type OpenedPostgres = { readonly storage: Storage; readonly db: Database; readonly log: string[] }

/** Opens it until the test is over; what it logs is kept. */
export async function open(url: string, more: Options = {}): Promise<OpenedPostgres> {
  const log: string[] = []
  const logger = pino({}, { write: (line: string) => void log.push(line) })
  const storage = await openPostgres({ ...POSTGRES_OPTIONS, url, log: logger, ...more })
  onTestFinished(async () => await storage.close())
  return { storage, db: storage.db, log }
}

/** A database of its own on this worker's server. */
export async function openFresh(
  more: Options = {},
): Promise<OpenedPostgres & { readonly url: string; readonly superUrl: string }> {
  const addresses = await (await sharedPostgres()).freshDatabase()
  return { ...addresses, ...(await open(addresses.url, more)) }
}

/** What a logger writes of an error. */
export function logged(error: unknown): string {
  const lines: string[] = []
  pino({}, { write: (line: string) => void lines.push(line) }).error({ err: error }, 'as it would be logged')
  return lines.join('')
}

export const addCredential = (trx: Queries, id: string, tenantId: string): Promise<unknown> =>
  sql`insert into credentials (id, tenant_id, title, title_key, description, search_key, authentication_method, active,
    allowed_endpoints, version, created_at, updated_at)
    values (${id}, ${tenantId}, 'x', ${id}, '', '', 'oauth', 1, '{"kind":"all"}', 1, 0, 0)`.execute(trx)

/** One row of every table that has a tenant, directly or through its credential. */
export async function fill(db: Database, tenantId: string): Promise<void> {
  const id = `of ${tenantId}`
  await db.inTenant(tenantId, async (trx) => {
    await addCredential(trx, id, tenantId)
    await sql`insert into tokens (id, credential_id, kind, digest, hint, issued_at) values (${id}, ${id}, 'api', ${id}, '', 0)`.execute(
      trx,
    )
    await sql`insert into token_families (id, credential_id, created_at, expires_at) values (${id}, ${id}, 0, 0)`.execute(
      trx,
    )
    await sql`insert into credential_networks values (${id}, '10.0.0.0', 0)`.execute(trx)
    await sql`insert into audit_events values (${id}, ${tenantId}, 0, '', '', ${id}, '{}', '')`.execute(trx)
    await sql`insert into idempotency_keys values (${tenantId}, ${id}, '', ${id}, 0)`.execute(trx)
    await sql`insert into usage_hours values (${tenantId}, ${id}, '', '', 0, 1)`.execute(trx)
    await sql`insert into management_tokens (id, digest, hint, created_at, tenant_id) values (${id}, ${id}, '', 0, ${tenantId})`.execute(
      trx,
    )
    await changeAppend(trx, { tenantId, credentialId: id, occurredAt: 0 })
  })
}

export const PROTECTED = [
  'audit_events',
  'changes',
  'credential_networks',
  'credentials',
  'idempotency_keys',
  'management_tokens',
  'token_families',
  'tokens',
  'usage_hours',
] as const

/** What a query that has forgotten its condition finds, by table. */
export async function countAll(trx: Queries): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const table of PROTECTED) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
      trx,
    )
    counts[table] = rows[0]?.count ?? -1
  }
  return counts
}

export const each = (count: number): Readonly<Record<string, number>> =>
  Object.fromEntries(PROTECTED.map((table) => [table, count]))
