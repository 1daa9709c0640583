import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { StorageError } from './errors.ts'
import type { Schema } from './schema.ts'

const VERSION_MIN = 15

type Facts = {
  readonly fsync: string
  readonly full_page_writes: string
  readonly synchronous_commit: string
  readonly encoding: string
  readonly version: number
  readonly standby: boolean
  readonly role: string
  readonly above_policies: boolean
}

/** Throws StorageError where this server could lose what it has acknowledged, or lacks what this program needs. */
export async function checkServer(db: Kysely<Schema>, log: Logger): Promise<void> {
  const { rows } = await sql<Facts>`select current_setting('fsync') as fsync,
    current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('server_encoding') as encoding,
    current_setting('server_version_num')::int as version,
    pg_is_in_recovery() as standby,
    current_user::text as role,
    coalesce((select rolsuper or rolbypassrls from pg_roles where rolname = current_user), false) as above_policies`.execute(
    db,
  )
  const [facts] = rows
  if (!facts) throw new StorageError('PostgreSQL does not say how it is set up.')
  const problem = problemOf(facts)
  if (problem !== undefined) throw new StorageError(problem)
  if (facts.above_policies) {
    log.warn(
      { role: facts.role },
      `the database role is superuser or has BYPASSRLS, so that row-level security does not hold it. Make one that is neither: create role stagedoor login password '...'; create database stagedoor owner stagedoor`,
    )
  }
}

function problemOf(facts: Facts): string | undefined {
  const version = Math.trunc(facts.version / 10_000)
  if (version < VERSION_MIN)
    return `PostgreSQL ${version} is too old: Stagedoor needs ${VERSION_MIN} or newer.`
  if (facts.encoding !== 'UTF8')
    return `The database's encoding is ${facts.encoding}. Make one with encoding UTF8: create database stagedoor encoding 'UTF8' template template0.`
  if (facts.standby) return 'This PostgreSQL is a standby, which takes no changes. Name the primary.'
  for (const setting of ['fsync', 'full_page_writes'] as const) {
    if (facts[setting] === 'on') continue
    return `PostgreSQL runs with ${setting} = ${facts[setting]}: a power cut could undo a revocation, or damage everything. Set ${setting} = on in postgresql.conf, reload, and start again.`
  }
  if (facts.synchronous_commit === 'off')
    return `synchronous_commit is off for the role ${facts.role}: a crash could undo a revocation that was acknowledged. Set it: alter role "${facts.role}" set synchronous_commit = on.`
  return undefined
}
