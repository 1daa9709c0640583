import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import { createOAuth } from '#oauth/oauth.ts'
import type { Storage } from '#storage/database.ts'
import { openPostgres } from '#storage/postgres.ts'
import { POSTGRES_OPTIONS } from '../../../test/support/databases.ts'
import {
  POSTGRES_BIN,
  type Postgres,
  sayWhetherPostgres,
  startPostgres,
} from '../../../test/support/postgres.ts'
import { firstOperator, type Person } from './test/people.ts'
import { ENTERPRISE, expectProblem, ORIGIN, type Served, serve } from './test/serve.ts'

sayWhetherPostgres('what every door answers while the database is away')

describe.skipIf(POSTGRES_BIN === undefined)('while the database is away', () => {
  let server: Postgres
  let storage: Storage
  let door: Served
  let ada: Person
  let oauth: ReturnType<typeof createOAuth>
  let token = ''
  beforeAll(async () => {
    server = await startPostgres()
    storage = await openPostgres({ ...POSTGRES_OPTIONS, url: server.url })
    door = serve(storage.db, { now: Date.now })
    ada = await firstOperator(door)
    const fields = {
      title: 'A',
      authenticationMethod: 'oauth',
      email: 'a@example.com',
      password: 'kettle and lantern',
    }
    token = (await door.add(fields)).json.secrets.refreshToken.value
    const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
    oauth = createOAuth({
      db: storage.db,
      now: Date.now,
      randomBytes,
      hasher: createPasswordHasher(randomBytes),
      log: pino({ level: 'silent' }),
      issuer: 'http://127.0.0.1:4001',
      settingsOf: () => OAUTH_DEFAULTS,
      anyPasswordGrant: false,
      resourceServers: [],
      awaitGateways: async () => undefined,
    })
    await server.stop()
  })
  afterAll(async () => {
    await storage?.close()
    await server?.close()
  })

  it('the admin API answers 503 with Retry-After, by token and by session, reading and writing', async () => {
    const answers = [
      await door.ask('GET', `${ENTERPRISE}/credentials`),
      await door.ask('POST', `${ENTERPRISE}/credentials`, {
        body: { title: 'B', authenticationMethod: 'api_token' },
      }),
      await ada.ask('GET', '/api/v1/me'),
      await ada.ask('GET', `${ENTERPRISE}/credentials`),
    ]
    for (const answer of answers) {
      expectProblem(answer, 503, 'storage_unavailable')
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(answer.text).not.toMatch(/postgres|ECONNREFUSED|127\.0\.0\.1/i)
    }
  })

  it('signing in answers 503 with Retry-After, and signs nobody out', async () => {
    const answer = await door.ask('POST', '/api/auth/sign-in/email', {
      body: { email: 'ada@example.com', password: 'violet kettle on the roof' },
      headers: { origin: ORIGIN, 'x-stagedoor-console': '1' },
    })
    expectProblem(answer, 503, 'storage_unavailable')
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each([
    ['/oauth/token', () => ({ grant_type: 'refresh_token', refresh_token: token })],
    ['/oauth/revoke', () => ({ token })],
  ])('%s answers 503 temporarily_unavailable', async (path, form) => {
    const request = new Request(`http://127.0.0.1:4001${path}`, {
      method: 'POST',
      body: new URLSearchParams(form()),
    })
    const answer = await oauth(request, { address: '10.1.2.3' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it('everything goes on when it is back: session, token and data are as they were', async () => {
    await server.restart()
    expect((await ada.ask('GET', '/api/v1/me')).status).toBe(200)
    expect((await door.ask('GET', `${ENTERPRISE}/credentials`)).json.items).toHaveLength(1)
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token })
    const request = new Request('http://127.0.0.1:4001/oauth/token', { method: 'POST', body: form })
    expect((await oauth(request, { address: '10.1.2.3' })).status).toBe(200)
  })
})
