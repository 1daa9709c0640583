import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Catalog, Endpoint, Method } from '@stagedoor/core/catalog/endpoint.ts'
import { match } from '@stagedoor/core/catalog/matcher.ts'
import { type Addressed, decide } from '@stagedoor/core/decide.ts'
import { OAUTH_DEFAULTS, type OAuthSettings } from '@stagedoor/core/oauth-settings.ts'
import { parseTarget } from '@stagedoor/core/target.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { Kysely } from 'kysely'
import { readChanges } from '#feed/read-changes.ts'
import { readSnapshot } from '#feed/read-snapshot.ts'
import { identify } from '#policy/identify.ts'
import { createPolicy, type Policy } from '#policy/policy.ts'
import type { Database } from '#storage/database.ts'
import { migrate } from '#storage/migrate.ts'
import type { Schema } from '#storage/schema.ts'
import { overOneConnection } from '#storage/sqlite.ts'
import { nodeSqliteDialect } from '#storage/sqlite-dialect.ts'
import type { TokensDeps } from '#tokens/deps.ts'
import { SMALL_HASHER } from './counted-hasher.ts'
import { inTurns, type Turns } from './turns.ts'

export const START = Date.UTC(2026, 2, 1, 9, 30)
export const SETTINGS: OAuthSettings = { ...OAUTH_DEFAULTS, passwordGrant: true }

function catalog(id: string, calls: readonly (readonly [Method, string])[]): Catalog {
  const endpoints = calls.map(
    ([method, template]): Endpoint => ({
      id: `${id}:${method}:${template}`,
      catalog: id,
      operation: `${method} ${template}`,
      method,
      path: `/${id}${template}`,
      title: `${method} ${template}`,
      resource: template,
      effect: method === 'GET' ? 'read' : 'write',
    }),
  )
  const forms = endpoints.map((endpoint, at) => ({
    endpoint,
    template: calls[at]?.[1] ?? '',
    query: [],
    upstreamPrefix: '',
  }))
  const rules = { caseSensitive: true, trailingSlashTolerated: false }
  return { id, title: id, kind: 'openapi', mount: `/${id}`, rules, endpoints, forms }
}

const CALLS = [
  ['GET', '/events'],
  ['POST', '/events'],
  ['GET', '/invoices'],
] as const

export const ENTERPRISE: Tenant = {
  id: 'tnt_harbour',
  name: 'Harbour',
  edition: 'enterprise',
  catalogs: [catalog('enterprise', CALLS)],
  oauth: SETTINGS,
}
export const ELITE: Tenant = {
  id: 'tnt_arena',
  name: 'Arena',
  edition: 'elite',
  catalogs: [catalog('elite', CALLS)],
}

/** What decides calls, as a start of the program makes it. */
type DataPlane = { readonly policy: Policy; readonly catchUp: () => Promise<void> }

async function startPlane(db: Database, now: () => number): Promise<DataPlane> {
  const policy = createPolicy([ENTERPRISE, ELITE])
  const snapshot = await readSnapshot(db, now)
  for (const record of snapshot.records) policy.apply(record)
  let position = snapshot.seq
  let running: Promise<void> = Promise.resolve()
  const read = async (): Promise<void> => {
    const found = await readChanges(db, position)
    if (found.kind === 'lost') throw new Error(`changes after ${position} are lost`)
    for (const { seq, record } of found.changes) {
      policy.apply(record)
      position = seq
    }
    if (position < found.latest) await read()
  }
  return {
    policy,
    // One after another: a reading that began before a change was committed does not count for it.
    catchUp: async () => {
      running = running.then(read)
      await running
    },
  }
}

export type Row = Readonly<Record<string, unknown>>

/** The real storage, of SQLite in memory, with the real policy that follows it, and a clock that stands still. */
export type World = {
  /** Runs a statement of the test's own, on another connection where there are several. */
  readonly ask: (statement: string) => Promise<readonly Row[]>
  /** A column of audit events that counts up. */
  readonly order: string
  readonly deps: TokensDeps
  readonly clock: { now: number }
  readonly catchUp: () => Promise<void>
  /** `allow`, or why the gateway refuses a call with this token. */
  readonly call: (token: string, endpoint: Endpoint) => string
  /** Forgets the policy and reads it from the storage. */
  readonly restart: () => Promise<void>
  /** Forgets everything that is stored. */
  readonly empty: () => Promise<void>
  readonly close: () => Promise<void>
}

const STATEMENTS_MAX = 20

/** Where a world stores, and how a test looks behind it. */
export type Ground = Pick<World, 'ask' | 'order'> & {
  readonly db: Database
  readonly close: () => Promise<void>
}

/** @param turns hands out the connection; without it, whoever comes first is served first. */
export async function groundInMemory(turns?: Turns): Promise<Ground> {
  const database = new DatabaseSync(':memory:')
  database.exec('PRAGMA foreign_keys = ON')
  const dialect = nodeSqliteDialect(database)
  const connection = new Kysely<Schema>({ dialect: turns ? inTurns(dialect, turns) : dialect })
  await migrate(connection, { now: () => START })
  const prepared = new Map<string, StatementSync>()
  return {
    db: overOneConnection(connection),
    order: 'rowid',
    ask: async (statement) => {
      const known = prepared.get(statement) ?? database.prepare(statement)
      if (prepared.size < STATEMENTS_MAX) prepared.set(statement, known)
      return known.all()
    },
    close: async () => await connection.destroy(),
  }
}

export async function openWorld(ground: Ground): Promise<World> {
  const { db, ask, order } = ground
  const clock = { now: START }
  const now = (): number => clock.now
  let plane = await startPlane(db, now)
  const restart = async (): Promise<void> => {
    plane = await startPlane(db, now)
  }
  const deps: TokensDeps = {
    db,
    now,
    hasher: SMALL_HASHER,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    settingsOf: () => SETTINGS,
  }
  return {
    ask,
    order,
    deps,
    clock,
    restart,
    catchUp: () => plane.catchUp(),
    call: (token, { method, path }) => {
      const parsed = parseTarget(path)
      if (!parsed.ok) throw new Error(parsed.problem)
      const caller = identify(plane.policy, token)
      const matchers = plane.policy.matchersOf(caller.credential?.tenantId ?? '')
      const found = match(matchers, method, parsed.target)
      const addressed: Addressed =
        found.kind === 'endpoint'
          ? { kind: 'endpoint', endpoint: found.form.endpoint }
          : { kind: 'unknown', methods: [] }
      const decision = decide({ now: now(), ...caller, knowledge: 'current', addressed })
      return decision.outcome === 'allow' ? 'allow' : decision.reason
    },
    empty: async () => {
      for (const table of ['tokens', 'token_families', 'credentials', 'changes', 'audit_events'])
        await ask(`DELETE FROM ${table}`)
      clock.now = START
      await restart()
    },
    close: ground.close,
  }
}
