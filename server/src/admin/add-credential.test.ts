import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { policyRecordFind } from '#storage/policy-records.ts'
import { openTestStorage, TESTED_ON } from '../../../test/support/databases.ts'
import {
  type Answer,
  auditOf,
  CONFIRMED,
  dumpOf,
  ELITE,
  ENTERPRISE,
  expectProblem,
  type Served,
  serve,
  TOKEN,
} from './test/serve.ts'

let directory = ''
const REFUSE_AUDIT = {
  SQLite: [`create trigger refuse before insert on audit_events begin select raise(abort, 'no'); end`],
  PostgreSQL: [
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`,
    'create trigger refuse before insert on audit_events for each row execute function refuse()',
  ],
}
let storage: Storage
let door: Served
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stagedoor-admin-'))
  storage = await openTestStorage(directory)
  door = serve(storage.db)
})
afterEach(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

const OAUTH = {
  title: 'Sync',
  authenticationMethod: 'oauth',
  email: 'partner@example.org',
  password: 'correct horse battery staple',
}
const HOUR = 60 * 60 * 1000

describe('adding', () => {
  it('an API token: shown once, stored as a digest, known to the data plane', async () => {
    const answer = await door.add({ title: ' Partner ', description: 'Reads' })
    const { credential, secrets } = answer.json
    expect(secrets).toEqual({ apiToken: expect.stringMatching(/^sd_api_[0-9A-Za-z]{38}$/) })
    expect(credential).toEqual({
      id: expect.stringMatching(/^cred_[0-9a-f]{24}$/),
      tenantId: 'tnt_harbour',
      title: 'Partner',
      description: 'Reads',
      authenticationMethod: 'api_token',
      active: true,
      allowedEndpoints: { kind: 'all' },
      version: 1,
      tokens: [
        {
          id: expect.stringMatching(/^tok_/),
          kind: 'api',
          hint: `sd_api_…${secrets.apiToken.slice(-4)}`,
          issuedAt: '2026-03-01T09:30:00.000Z',
          expiresAt: null,
          lastUsedAt: null,
        },
      ],
      refreshTokenReusedAt: null,
      createdAt: '2026-03-01T09:30:00.000Z',
      updatedAt: '2026-03-01T09:30:00.000Z',
    })
    expect(answer.headers.get('location')).toBe(`${ENTERPRISE}/credentials/${credential.id}`)
    expect(answer.headers.get('etag')).toBe('"1"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(door.caughtUp()).toBe(1)
    expect(
      (await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, credential.id)))?.tokens,
    ).toHaveLength(1)
    const read = await door.ask('GET', `${ENTERPRISE}/credentials/${credential.id}`)
    expect(read.json).toEqual(credential)
    expect(read.headers.get('etag')).toBe('"1"')
  })

  it('OAuth: access token for an hour, refresh token for thirty days', async () => {
    const { credential, secrets } = (await door.add(OAUTH)).json
    expect(secrets).toEqual({
      accessToken: { value: expect.stringMatching(/^sd_acc_/), expiresAt: '2026-03-01T10:30:00.000Z' },
      refreshToken: { value: expect.stringMatching(/^sd_ref_/), expiresAt: '2026-03-31T09:30:00.000Z' },
    })
    expect(credential.email).toBe(OAUTH.email)
    expect(credential.tokens.map(({ kind }: { kind: string }) => kind)).toEqual(['access', 'refresh'])
    const { password_hash } = await storage.db.snapshot(undefined, (trx) =>
      trx.selectFrom('credentials').select('password_hash').executeTakeFirstOrThrow(),
    )
    expect(password_hash).toMatch(/^\$argon2id\$/)
  })

  it('stores and logs no token and no password, and audits no e-mail address', async () => {
    const { json: first } = await door.add({ title: 'A' })
    const { json: second } = await door.ask('POST', `${ENTERPRISE}/credentials`, {
      body: OAUTH,
      headers: { 'idempotency-key': 'secret-key' },
    })
    const { accessToken, refreshToken } = second.secrets
    const everything = (await dumpOf(storage.db)) + door.log.join('')
    for (const secret of [
      first.secrets.apiToken,
      accessToken.value,
      refreshToken.value,
      OAUTH.password,
      TOKEN,
      'secret-key',
    ]) {
      expect(everything).not.toContain(secret)
    }
    expect(JSON.stringify(await auditOf(storage.db))).not.toContain(OAUTH.email)
  })

  it.each([
    [
      { title: 'x', authenticationMethod: 'api_token', email: 'a@b.c', password: 'p' },
      ['/email', '/password'],
    ],
    [{ title: 'x', authenticationMethod: 'oauth' }, ['/email', '/password']],
    [{ ...OAUTH, password: 'short', email: 'nobody', title: '' }, ['/title', '/email', '/password']],
  ])('names every field that the method does not take: %#', async (body, fields) => {
    const answer = await door.ask('POST', `${ENTERPRISE}/credentials`, { body })
    expectProblem(answer, 422, 'validation_failed')
    expect(answer.json.errors.map(({ field }: { field: string }) => field)).toEqual(fields)
  })

  it('refuses OAuth in an Elite tenant', async () => {
    const answer = await door.ask('POST', `${ELITE}/credentials`, { body: OAUTH })
    expectProblem(answer, 422, 'authentication_method_not_available', '/authenticationMethod')
    expect(await auditOf(storage.db)).toEqual([])
  })

  it('takes a title once per tenant, whatever its case, space or Unicode spelling', async () => {
    await door.add({ title: 'Café Ⅳ' })
    for (const title of ['café iv', '  CAFÉ IV ', 'cafe\u0301 Ⅳ']) {
      const body = { title, authenticationMethod: 'api_token' }
      expectProblem(await door.ask('POST', `${ENTERPRISE}/credentials`, { body }), 409, 'title_taken')
    }
    await door.add({ title: 'café iv' }, ELITE)
    expect(await auditOf(storage.db)).toHaveLength(2)
  })

  it('lets one of twenty at once have the title', async () => {
    const body = { title: 'Wanted', authenticationMethod: 'api_token' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => door.ask('POST', `${ENTERPRISE}/credentials`, { body })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 19 }, () => 409),
    ])
    expect(await auditOf(storage.db)).toHaveLength(1)
  })

  it('answers 503 with Retry-After where too many passwords wait, and loses none that it took', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        door.ask('POST', `${ENTERPRISE}/credentials`, { body: { ...OAUTH, title: `T${index}` } }),
      ),
    )
    const overloaded = answers.filter(({ status }) => status === 503)
    expect(overloaded.length).toBeGreaterThan(0)
    for (const answer of overloaded) expectProblem(answer, 503, 'overloaded')
    expect(overloaded[0]?.headers.get('retry-after')).toBe('1')
    expect(await auditOf(storage.db)).toHaveLength(answers.filter(({ status }) => status === 201).length)
  })

  it('leaves nothing behind where the audit event cannot be written', async () => {
    const { credential } = (await door.add({ title: 'Before' })).json
    const before = await dumpOf(storage.db)
    await storage.db.acrossTenants(async (trx) => {
      for (const statement of REFUSE_AUDIT[TESTED_ON]) await sql.raw(statement).execute(trx)
    })
    const path = `${ENTERPRISE}/credentials/${credential.id}`
    const headers = { 'if-match': '*', 'idempotency-key': 'k' }
    const answers = [
      await door.ask('POST', `${ENTERPRISE}/credentials`, {
        body: { title: 'x', authenticationMethod: 'api_token' },
        headers,
      }),
      await door.ask('PATCH', path, { body: { active: false }, headers }),
      await door.ask('PUT', `${path}/allowed-endpoints`, {
        body: { kind: 'only', endpoints: [], confirmEmpty: true },
        headers,
      }),
      await door.ask('DELETE', path),
    ]
    for (const answer of answers) expectProblem(answer, 500, 'internal_error')
    expect(await dumpOf(storage.db)).toBe(before)
  })
})

describe('Idempotency-Key', () => {
  const post = (body: object, key: string, tenant = ENTERPRISE): Promise<Answer> =>
    door.ask('POST', `${tenant}/credentials`, { body, headers: { 'idempotency-key': key } })
  const body = { title: 'Once', authenticationMethod: 'api_token' }

  it('does the same request once, and shows secrets once', async () => {
    const first = await post(body, 'key-1')
    const again = await post({ description: '', ...body }, 'key-1')
    expect(again.status).toBe(201)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(again.json).toEqual({ credential: first.json.credential, secrets: null, ...CONFIRMED })
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(await auditOf(storage.db)).toHaveLength(1)
    expectProblem(await post({ ...body, title: 'Other' }, 'key-1'), 422, 'idempotency_key_reused')
    expect((await post(body, 'key-1', ELITE)).json.secrets).not.toBeNull()
    expectProblem(await post(body, 'key-2'), 409, 'title_taken')
  })

  it('counts a different password as a different request', async () => {
    await post(OAUTH, 'k')
    expect((await post(OAUTH, 'k')).json.secrets).toBeNull()
    expectProblem(
      await post({ ...OAUTH, password: 'another long password' }, 'k'),
      422,
      'idempotency_key_reused',
    )
  })

  it('does twenty at once once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, 'key')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ json }) => json.credential.id)).size).toBe(1)
    expect(answers.filter(({ json }) => json.secrets !== null)).toHaveLength(1)
  })

  it('is forgotten after a day, and does not bring back what was deleted', async () => {
    const { credential } = (await post(body, 'key')).json
    await door.ask('DELETE', `${ENTERPRISE}/credentials/${credential.id}`)
    expectProblem(await post(body, 'key'), 404, 'not_found')
    door.clock.now += 24 * HOUR
    expect((await post(body, 'key')).json.secrets).not.toBeNull()
    expect(
      await storage.db.snapshot(undefined, (trx) => trx.selectFrom('idempotency_keys').selectAll().execute()),
    ).toHaveLength(1)
  })

  it.each(['', 'é', 'x'.repeat(256)])('refuses the key %#', async (key) => {
    expectProblem(await post(body, key), 400, 'header_malformed')
    expect(await auditOf(storage.db)).toEqual([])
  })
})
