import type { Catalog, Endpoint, Method } from '@stagedoor/core/catalog/endpoint.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { sql } from 'kysely'
import { pino } from 'pino'
import { expect } from 'vitest'
import { createAdmin } from '#admin/admin.ts'
import type { AdminDeps } from '#admin/deps.ts'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import type { UseCaseDeps } from '#credentials/use-case.ts'
import { createManagementTokens } from '#management-tokens/management-tokens.ts'
import { createOperators, type Operators } from '#operators/operators.ts'
import { INSERTION_ORDER } from '../../../../test/support/databases.ts'

export const ENTERPRISE = '/api/v1/tenants/tnt_harbour'
export const ELITE = '/api/v1/tenants/tnt_arena'
export const TOKEN = 'sd_mgt_for-tests-0123456789'
export const ORIGIN = 'http://127.0.0.1:4000'
export const START = Date.UTC(2026, 2, 1, 9, 30)

function catalog(id: string, mount: string, endpoints: readonly [Method, string, string][]): Catalog {
  const made = endpoints.map(
    ([method, path, operation]): Endpoint => ({
      id: `${id}:${method}:${path}`,
      catalog: id,
      operation,
      method,
      path: mount + path,
      title: `${operation} of ${id}`,
      resource: path.split('/')[1] ?? '',
      effect: method === 'GET' ? 'read' : 'write',
      ...(method === 'DELETE' && { licenceTier: 'plus', inferred: true }),
    }),
  )
  const rules = { caseSensitive: true, trailingSlashTolerated: false }
  return { id, title: id, kind: 'openapi', mount, rules, endpoints: made, forms: [] }
}

export const TENANTS: readonly Tenant[] = [
  {
    id: 'tnt_harbour',
    name: 'Harbour',
    edition: 'enterprise',
    catalogs: [
      catalog('enterprise', '/enterprise', [
        ['GET', '/Events', 'GetEventList'],
        ['POST', '/Events', 'AddEvent'],
        ['DELETE', '/Bookings/{}', 'DeleteBooking'],
      ]),
    ],
  },
  {
    id: 'tnt_arena',
    name: 'Arena',
    edition: 'elite',
    catalogs: [
      catalog('elite', '/elite', [
        ['GET', '/Events', 'ListEvents'],
        ['POST', '/Invoices', 'AddInvoice'],
      ]),
    ],
  },
]

// What a test reads of an answer is checked by the test itself.
export type Answer = { status: number; headers: Headers; text: string; json: any }

export type Served = {
  readonly ask: (method: string, path: string, init?: AskInit) => Promise<Answer>
  /** Adds a credential that must be accepted. */
  readonly add: (fields: object, tenant?: string) => Promise<Answer>
  readonly clock: { now: number }
  readonly log: string[]
  readonly caughtUp: () => number
  readonly operators: Operators
}

export type AskInit = {
  readonly body?: unknown
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

/** The admin API over this database, with a clock that stands still and every line of the log kept. */
export function serve(db: UseCaseDeps['db'], more: Partial<AdminDeps> = {}): Served {
  const clock = { now: START }
  const log: string[] = []
  let caughtUp = 0
  const parts = {
    db,
    now: more.now ?? (() => clock.now),
    randomBytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
    log: pino({}, { write: (line: string) => void log.push(line) }),
  }
  const hasher = createPasswordHasher(parts.randomBytes)
  const origins = [ORIGIN]
  const operators = createOperators({
    ...parts,
    hasher,
    origins,
    secret: 'for-tests-only-7d2f0c55e1b94a3f8a6b',
  })
  const app = createAdmin({
    ...parts,
    tenants: TENANTS,
    hasher,
    operators,
    managementTokens: createManagementTokens({ ...parts, given: TOKEN }),
    origins,
    gatewayUrl: 'http://127.0.0.1:4001',
    brandName: 'Momentus Connect',
    singleSignOnName: undefined,
    flushTokenUse: () => Promise.resolve(),
    readMetrics: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
    confirm: async () => {
      caughtUp += 1
      return CONFIRMED.receipt
    },
    listGateways: async () => [],
    ...more,
  })
  async function ask(
    method: string,
    path: string,
    { body, raw, headers = {} }: AskInit = {},
  ): Promise<Answer> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const all = {
      // Whoever comes with a cookie comes without a token.
      ...(headers['cookie'] === undefined && { authorization: `Bearer ${TOKEN}` }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }
    const response = await app.request(path, {
      method,
      headers: all,
      ...(sent !== undefined && { body: sent }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text)
      },
    }
  }
  async function add(fields: object, tenant = ENTERPRISE): Promise<Answer> {
    const answer = await ask('POST', `${tenant}/credentials`, {
      body: { authenticationMethod: 'api_token', ...fields },
    })
    if (answer.status !== 201) throw new Error(`not added: ${answer.text}`)
    return answer
  }
  return { ask, add, clock, log, caughtUp: () => caughtUp, operators }
}

/** The answer to what leaves nothing else to show, by the receipt that these tests hand in. */
export const CONFIRMED = {
  receipt: { gateways: 1, confirmed: 1, elapsedMs: 0, complete: true, pending: [] },
} as const

/** Every audit event, oldest first. */
export async function auditOf(
  db: UseCaseDeps['db'],
): Promise<readonly { action: string; detail: string; actor: string; request_id: string }[]> {
  return await db.snapshot(undefined, (trx) =>
    trx
      .selectFrom('audit_events')
      .selectAll()
      .orderBy('occurred_at')
      .orderBy(sql.raw(INSERTION_ORDER))
      .execute(),
  )
}

/** Everything that is stored, as text. */
export async function dumpOf(db: UseCaseDeps['db']): Promise<string> {
  return await db.snapshot(undefined, async (trx) => {
    const rows: unknown[] = []
    for (const { name } of await trx.introspection.getTables())
      rows.push((await sql`select * from ${sql.table(name)}`.execute(trx)).rows)
    return JSON.stringify(rows)
  })
}

/** Whether an answer is this problem, and names this field. */
export function expectProblem(answer: Answer, status: number, code: string, field?: string): void {
  expect(answer.json, answer.text).toMatchObject({ status, code, type: `urn:stagedoor:error:${code}` })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  if (field !== undefined)
    expect(answer.json.errors.map((error: { field: string }) => error.field)).toContain(field)
}
