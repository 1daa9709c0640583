import { type IsolationLevel, Kysely, PostgresDialect, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Database, Queries, Storage } from './database.ts'
import { StorageError, StorageUnavailable } from './errors.ts'
import { MIGRATIONS, migrateAtOnce } from './migrate.ts'
import { checkServer } from './postgres-checks.ts'
import { createDatabaseClock, type DatabaseClock } from './postgres-clock.ts'
import { connectionSettings, createConnections } from './postgres-connections.ts'
import { remedyFor, toStorageFailure } from './postgres-failures.ts'
import { createListener } from './postgres-listen.ts'
import { POSTGRES_MIGRATIONS } from './postgres-only.ts'
import type { Schema } from './schema.ts'
import { createTurns } from './turns.ts'

export type OpenPostgresOptions = {
  /** postgres://user:password@host:port/name; also of a PgBouncer in transaction mode. Never shown. */
  readonly url: string
  readonly poolMax: number
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Logger
}

const ATTEMPTS_MAX = 6
const PAUSE_MS = 10
/** Beyond a statement's own time-out, until a server that says nothing counts as gone. */
const SILENCE_MS = 2_000
const CLOCK_MS_MAX = 5_000
const MIGRATION_MS = 10 * 60 * 1000

/**
 * Opens a PostgreSQL, brought up to date. Throws StorageError where it cannot be reached, could lose what it has acknowledged,
 * is too old, or a newer program wrote it.
 */
export async function openPostgres(options: OpenPostgresOptions): Promise<Storage> {
  const { url, poolMax, statementTimeoutMs, now, log } = options
  const place = placeOf(url)
  const settings = connectionSettings(url)
  const silenceMs = statementTimeoutMs + SILENCE_MS
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: createConnections({ settings, max: poolMax, silenceMs, log }) }),
  })
  const clock = createDatabaseClock(now)
  const database = overPool(db, { ...options, clock })
  try {
    await checkServer(db, log)
    await bringUpToDate(settings, { now, log })
    // Asked before anybody asks what time it is.
    await database.snapshot(undefined, async () => undefined)
  } catch (error) {
    await db.destroy()
    throw toStartError(error, place)
  }
  const wrongByMs = Math.round(now() - clock.now())
  if (Math.abs(wrongByMs) > CLOCK_MS_MAX)
    log.warn({ wrongByMs }, "this machine's clock is not the database's, which is the one that counts")
  const listener = createListener(settings, log)
  return {
    db: database,
    shared: true,
    now: clock.now,
    onChange: listener.onChange,
    close: async () => {
      await listener.close()
      await db.destroy()
    },
  }
}

/** Where it is, without user and password. */
function placeOf(url: string): string {
  // The error of `new URL` holds the whole address, so it goes no further.
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^postgres(?:ql)?:\/\//.test(url))
    throw new StorageError('database.url is not of the form postgres://user:password@host:port/name.')
  return parsed.host === '' ? 'the local socket' : parsed.host
}

/** All in one transaction, under a lock: of several processes that start at once one does it, the others find it done. */
async function bringUpToDate(
  settings: ReturnType<typeof connectionSettings>,
  { now, log }: Pick<OpenPostgresOptions, 'now' | 'log'>,
): Promise<void> {
  // Large tables take longer than any call may.
  const pool = createConnections({ settings, max: 1, silenceMs: MIGRATION_MS, log })
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        await sql`select set_config('stagedoor.tenant', '*', true), set_config('statement_timeout', '0', true),
          set_config('lock_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '60000', true),
          pg_advisory_xact_lock(hashtextextended('stagedoor migrations', 0))`.execute(trx)
        await migrateAtOnce(trx, { now, migrations: [...MIGRATIONS, ...POSTGRES_MIGRATIONS] })
      })
  } finally {
    await db.destroy()
  }
}

function toStartError(error: unknown, place: string): StorageError {
  if (error instanceof StorageError) return error
  const cause = error instanceof StorageUnavailable ? error.cause : error
  const message = cause instanceof Error ? cause.message : ''
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const cure =
    code === '42501' ? ' Make the role the owner of the database: alter database ... owner to ...' : ''
  return new StorageError(`PostgreSQL at ${place} cannot be used: ${message || code}.${cure}`, { cause })
}

type Scope = {
  /** A tenant's id, or `*`. */
  readonly tenant: string
  readonly isolation: IsolationLevel
  readonly access: 'read only' | 'read write'
  /** Works of one name run one after another. */
  readonly turn?: string | undefined
}

const ALL = '*'

type PoolOptions = OpenPostgresOptions & { readonly clock: DatabaseClock }

function overPool(db: Kysely<Schema>, options: PoolOptions): Database {
  const turns = createTurns(options.lockTimeoutMs)
  const run = async <T>(scope: Scope, work: (trx: Queries) => Promise<T>): Promise<T> => {
    const { turn } = scope
    const attempt = (): Promise<T> => withRetries(() => runOnce(db, scope, options, work))
    return turn === undefined ? await attempt() : await turns(turn, attempt)
  }
  const write = { isolation: 'read committed', access: 'read write' } as const
  const read = { isolation: 'repeatable read', access: 'read only' } as const
  return {
    inTenant: (tenantId, work) =>
      run({ ...write, tenant: checked(tenantId), turn: `tenant ${tenantId}` }, work),
    acrossTenants: (work, turn) =>
      run({ ...write, tenant: ALL, turn: turn === undefined ? undefined : `all ${turn}` }, work),
    snapshot: (tenantId, work) =>
      run({ ...read, tenant: tenantId === undefined ? ALL : checked(tenantId) }, work),
  }
}

/** Neither of these may come to mean all or nothing of them. */
function checked(tenantId: string): string {
  if (tenantId === ALL || tenantId === '') throw new RangeError('that is no id of a tenant')
  return tenantId
}

/**
 * One transaction. Everything that it sets ends with it, so that it works behind a PgBouncer in transaction mode. The lock comes
 * before the first query of the work, and READ COMMITTED reads anew with each: what came before it is seen.
 */
async function runOnce<T>(
  db: Kysely<Schema>,
  { tenant, isolation, access, turn }: Scope,
  { statementTimeoutMs, lockTimeoutMs, now, clock }: PoolOptions,
  work: (trx: Queries) => Promise<T>,
): Promise<T> {
  return await db
    .transaction()
    .setIsolationLevel(isolation)
    .setAccessMode(access)
    .execute(async (trx) => {
      const lock =
        turn === undefined ? sql`` : sql`, pg_advisory_xact_lock(hashtextextended(${`stagedoor ${turn}`}, 0))`
      const sentAt = now()
      const { rows } = await sql<{ readonly at: number }>`select
        (extract(epoch from clock_timestamp()) * 1000)::bigint as at,
        set_config('stagedoor.tenant', ${tenant}, true),
        set_config('statement_timeout', ${String(statementTimeoutMs)}, true),
        set_config('lock_timeout', ${String(lockTimeoutMs)}, true),
        set_config('idle_in_transaction_session_timeout', ${String(statementTimeoutMs + SILENCE_MS)}, true)
        ${lock}`.execute(trx)
      const answeredAt = now()
      for (const { at } of rows) clock.observe({ at, sentAt, answeredAt })
      return await work(trx)
    })
}

async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  let violated = false
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      const remedy = remedyFor(error)
      const more = remedy === 'again' || (remedy === 'again_once' && !violated)
      violated ||= remedy === 'again_once'
      if (!more || count === ATTEMPTS_MAX) throw toStorageFailure(error)
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE_MS * 2 ** (count - 1))
      })
    }
  }
}
