import { createHmac, hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, onTestFinished, vi } from 'vitest'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import type { OperatorsDeps } from '#operators/deps.ts'
import { createOperators, type Operators } from '#operators/operators.ts'
import type { Database } from '#storage/database.ts'
import { openTestStorage } from '../../../../test/support/databases.ts'

export const ORIGIN = 'http://127.0.0.1:4000'
export const TENANT = 'tnt_harbour'
export const OTHER_TENANT = 'tnt_arena'
export const EMAIL = 'ada@example.com'
export const PASSWORD = 'violet kettle on the roof'
export const OTHER_PASSWORD = 'nine lanterns by the canal'
export const SECRET = 'for-tests-only-7d2f0c55e1b94a3f8a6b'
export const CONTEXT = { actor: 'management token mgt_test', requestId: 'req_test' }
const START = Date.UTC(2026, 2, 1, 9, 30)

/** Better Auth reads the clock itself, so the clock of the whole test is moved. */
export function moveClock(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

// What a test reads of an answer is checked by the test itself.
export type Answer = { status: number; headers: Headers; text: string; json: any }

/** A browser: it keeps cookies and sends what the console sends. */
export type Browser = {
  readonly cookies: Map<string, string>
  readonly address: string
  readonly ask: (method: string, path: string, init?: AskInit) => Promise<Answer>
  readonly post: (path: string, body?: object) => Promise<Answer>
  readonly signIn: (email?: string, password?: string) => Promise<Answer>
  /** The headers with which the console asks who is signed in. */
  readonly headers: () => Headers
}

export type AskInit = {
  readonly body?: unknown
  readonly raw?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Bench = {
  readonly operators: Operators
  readonly db: Database
  readonly log: string[]
  /** How often a password was hashed or compared. */
  readonly hashed: () => number
  readonly browser: (address?: string) => Browser
  /** Makes the first operator, customer admin of both tenants. */
  readonly first: () => Promise<string>
}

export type BenchOptions = Partial<OperatorsDeps>

/** Operators over a database of their own, with a clock that stands still. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  const directory = mkdtempSync(join(tmpdir(), 'stagedoor-operators-'))
  const storage = await openTestStorage(directory)
  onTestFinished(async () => {
    vi.useRealTimers()
    await storage.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
  const counted = countHashes(options.hasher ?? createPasswordHasher(randomBytes))
  const log: string[] = []
  const operators = createOperators({
    db: storage.db,
    now: Date.now,
    randomBytes,
    log: pino({}, { write: (line: string) => void log.push(line) }),
    secret: SECRET,
    origins: [ORIGIN, 'http://localhost:4000'],
    ...options,
    hasher: counted.hasher,
  })
  const base = options.origins?.[0] ?? ORIGIN
  return {
    operators,
    db: storage.db,
    log,
    hashed: counted.count,
    browser: (address = '192.0.2.1') => createBrowser(operators, { address, base }),
    first: async () => {
      const code = (await operators.firstOperatorCode()) ?? ''
      const tenantIds = [TENANT, OTHER_TENANT]
      const accepted = await operators.acceptInvitation({
        code,
        name: 'Ada Quay',
        email: EMAIL,
        password: PASSWORD,
        tenantIds,
        requestId: 'req_first',
      })
      if (accepted.outcome !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(accepted)}`)
      return accepted.operatorId
    },
  }
}

function countHashes(hasher: PasswordHasher): { hasher: PasswordHasher; count: () => number } {
  let count = 0
  return {
    count: () => count,
    hasher: {
      hash: async (password) => {
        count += 1
        return await hasher.hash(password)
      },
      verify: async (phc, password) => {
        count += 1
        return await hasher.verify(phc, password)
      },
    },
  }
}

function createBrowser(
  operators: Operators,
  { address, base }: { readonly address: string; readonly base: string },
): Browser {
  const cookies = new Map<string, string>()
  const cookieHeader = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  async function ask(
    method: string,
    path: string,
    { body, raw, headers = {} }: AskInit = {},
  ): Promise<Answer> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const all = new Headers({
      'x-stagedoor-client-address': address,
      'user-agent': 'Browser of the tests',
      ...(cookies.size > 0 && { cookie: cookieHeader() }),
      ...(method !== 'GET' && { origin: base, 'x-stagedoor-console': '1' }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
    })
    for (const [name, value] of Object.entries(headers)) {
      if (value === '') all.delete(name)
      else all.set(name, value)
    }
    const response = await operators.handle(
      new Request(`${base}${path}`, { method, headers: all, ...(sent !== undefined && { body: sent }) }),
    )
    keepCookies(cookies, response.headers)
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
  const post = async (path: string, body: object = {}): Promise<Answer> =>
    await ask('POST', `/api/auth${path}`, { body })
  return {
    cookies,
    address,
    ask,
    post,
    signIn: async (email = EMAIL, password = PASSWORD) => await post('/sign-in/email', { email, password }),
    headers: () => new Headers({ cookie: cookieHeader() }),
  }
}

/** Does with Set-Cookie what a browser does. */
export function keepCookies(cookies: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    if (/max-age=0/i.test(line) || pair.length === at + 1) cookies.delete(pair.slice(0, at))
    else cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

/** Whether an answer is this problem. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.json, answer.text).toMatchObject({ status, code, type: `urn:stagedoor:error:${code}` })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
}

/** Everything that is stored, as text. */
export async function dumpOf(db: Database): Promise<string> {
  return await db.snapshot(undefined, async (trx) => {
    const rows: unknown[] = []
    for (const { name } of await trx.introspection.getTables())
      rows.push((await sql`select * from ${sql.table(name)}`.execute(trx)).rows)
    return JSON.stringify(rows)
  })
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of this moment for the secret of an otpauth address (RFC 6238). */
export function totp(uri: string, at = Date.now()): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const bits = Array.from(secret, (character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join(
    '',
  )
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Turns the second factor on for whoever is signed in. */
export async function turnTwoFactorOn(browser: Browser): Promise<{ uri: string; backupCodes: string[] }> {
  const enabled = await browser.post('/two-factor/enable', { password: PASSWORD })
  const { totpURI: uri, backupCodes } = enabled.json
  const verified = await browser.post('/two-factor/verify-totp', { code: totp(uri) })
  if (verified.status !== 200) throw new Error(`not turned on: ${verified.text}`)
  // The code just used works once; the next sign-in takes the next.
  moveClock(90_000)
  return { uri, backupCodes }
}

/** Hashes without the cost, where a test signs in often. */
export const fastHasher: PasswordHasher = {
  hash: async (password) => `fast:${hash('sha256', password)}`,
  verify: async (phc, password) => phc === `fast:${hash('sha256', password)}`,
}
