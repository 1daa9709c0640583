import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { policyRecordFind } from '#storage/policy-records.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import {
  type Answer,
  auditOf,
  CONFIRMED,
  dumpOf,
  ELITE,
  ENTERPRISE,
  expectProblem,
  type Served,
  START,
  serve,
} from './test/serve.ts'

let directory = ''
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

describe('editing', () => {
  let path = ''
  let id = ''
  beforeEach(async () => {
    id = (await door.add({ title: 'One' })).json.credential.id
    path = `${ENTERPRISE}/credentials/${id}`
  })
  const patch = (body: object, ifMatch = '*'): Promise<Answer> =>
    door.ask('PATCH', path, { body, headers: { 'if-match': ifMatch } })

  it('changes title, description and active, one version and one audit event at a time', async () => {
    door.clock.now += HOUR
    const answer = await patch({ title: ' Two ', active: false, description: 'New' }, '"1"')
    expect(answer.json).toMatchObject({
      title: 'Two',
      active: false,
      description: 'New',
      updatedAt: '2026-03-01T10:30:00.000Z',
    })
    expect(answer.headers.get('etag')).toBe('"2"')
    expect(await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, id))).toMatchObject({
      active: false,
    })
    const [, event, ...others] = await auditOf(storage.db)
    expect(others).toEqual([])
    expect(event).toMatchObject({ action: 'credential_edited', actor: 'management token mgt_from_settings' })
    expect(event?.request_id).toBe(answer.headers.get('x-request-id'))
    expect(JSON.parse(event?.detail ?? '')).toEqual({
      title: { from: 'One', to: 'Two' },
      description: 'changed',
      active: { from: true, to: false },
    })
    expect((await patch({ active: true })).json.active).toBe(true)
  })

  it('leaves version and audit alone where nothing changes', async () => {
    expect((await patch({ title: 'One', active: true })).headers.get('etag')).toBe('"1"')
    expect((await patch({ title: ' one' })).json.title).toBe('one')
    expect(await auditOf(storage.db)).toHaveLength(2)
  })

  it('wants If-Match, and the right one', async () => {
    const body = { active: false }
    expectProblem(await door.ask('PATCH', path, { body }), 428, 'precondition_required')
    expectProblem(await patch(body, '"2"'), 412, 'version_mismatch')
    expectProblem(await patch(body, 'W/"1"'), 412, 'version_mismatch')
    expectProblem(await patch(body, '1'), 400, 'header_malformed')
    expect((await patch(body, '"7", "1"')).status).toBe(200)
    const answers = await Promise.all([patch({ title: 'A' }, '"2"'), patch({ title: 'B' }, '"2"')])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412])
  })

  it('refuses a title that another has, and every field that stays', async () => {
    await door.add({ title: 'Taken' })
    expectProblem(await patch({ title: 'taken ' }), 409, 'title_taken')
    for (const field of [
      'id',
      'tenantId',
      'authenticationMethod',
      'email',
      'password',
      'tokens',
      'allowedEndpoints',
      'version',
    ]) {
      expectProblem(await patch({ [field]: 'x' }), 422, 'validation_failed', `/${field}`)
    }
    expectProblem(await patch({}), 422, 'validation_failed', '')
    expect(await auditOf(storage.db)).toHaveLength(2)
  })
})

describe('allowed endpoints', () => {
  let path = ''
  let id = ''
  beforeEach(async () => {
    id = (await door.add({ title: 'One' })).json.credential.id
    path = `${ENTERPRISE}/credentials/${id}/allowed-endpoints`
  })
  const put = (body: unknown, ifMatch = '*'): Promise<Answer> =>
    door.ask('PUT', path, { body, headers: { 'if-match': ifMatch } })

  it('are all at first, then a sorted list of each once, then all again', async () => {
    expect((await door.ask('GET', path)).json).toEqual({ kind: 'all' })
    const chosen = ['enterprise:POST:/Events', 'enterprise:GET:/Events', 'enterprise:POST:/Events']
    const answer = await put({ kind: 'only', endpoints: chosen }, '"1"')
    const list = { kind: 'only', endpoints: ['enterprise:GET:/Events', 'enterprise:POST:/Events'] }
    expect(answer.json).toEqual({ ...list, ...CONFIRMED })
    expect(answer.headers.get('etag')).toBe('"2"')
    expect((await put(list)).headers.get('etag')).toBe('"2"')
    expect(
      (await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, id)))?.allowedEndpoints,
    ).toEqual(list)
    const shown = await door.ask('GET', `${ENTERPRISE}/credentials/${id}`)
    expect(shown.json.allowedEndpoints).toEqual({ kind: 'only', count: 2 })
    await put({ kind: 'only', endpoints: ['enterprise:GET:/Events'] })
    expect((await put({ kind: 'all' })).json).toEqual({ kind: 'all', ...CONFIRMED })
    const details = (await auditOf(storage.db)).slice(1).map(({ detail }) => JSON.parse(detail))
    expect(details).toEqual([
      { from: 'all', to: 'only', added: list.endpoints, removed: [] },
      { from: 'only', to: 'only', added: [], removed: ['enterprise:POST:/Events'] },
      { from: 'only', to: 'all', added: [], removed: ['enterprise:GET:/Events'] },
    ])
  })

  it('may be none, if that is meant', async () => {
    expectProblem(await put({ kind: 'only', endpoints: [] }), 422, 'empty_list_not_confirmed', '/endpoints')
    expect((await put({ kind: 'only', endpoints: [], confirmEmpty: true })).json).toEqual({
      kind: 'only',
      endpoints: [],
      ...CONFIRMED,
    })
    expect(
      (await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, id)))?.allowedEndpoints,
    ).toEqual({
      kind: 'only',
      endpoints: [],
    })
  })

  it('tell a foreign endpoint from an unknown one by nothing but its name', async () => {
    const foreign = await put({ kind: 'only', endpoints: ['enterprise:GET:/Events', 'elite:GET:/Events'] })
    expectProblem(foreign, 422, 'endpoint_not_in_tenant', '/endpoints/1')
    const unknown = await put({ kind: 'only', endpoints: ['enterprise:GET:/Events', 'elite:GET:/Nothin'] })
    const blank = (text: string): string => text.replace(/req_\w+/, '').replace(/Events\\"|Nothin\\"/, '')
    expect(blank(foreign.text)).toBe(blank(unknown.text))
    expect((await door.ask('GET', path)).json).toEqual({ kind: 'all' })
  })

  it('want If-Match, and can be given when adding', async () => {
    expectProblem(await door.ask('PUT', path, { body: { kind: 'all' } }), 428, 'precondition_required')
    expectProblem(await put({ kind: 'all' }, '"9"'), 412, 'version_mismatch')
    const allowedEndpoints = { kind: 'only', endpoints: ['enterprise:GET:/Events'] }
    const { credential } = (await door.add({ title: 'Narrow', allowedEndpoints })).json
    expect(credential.allowedEndpoints).toEqual({ kind: 'only', count: 1 })
    const body = {
      title: 'x',
      authenticationMethod: 'api_token',
      allowedEndpoints: { kind: 'only', endpoints: ['no'] },
    }
    const answer = await door.ask('POST', `${ENTERPRISE}/credentials`, { body })
    expectProblem(answer, 422, 'endpoint_not_in_tenant', '/allowedEndpoints/endpoints/0')
  })
})

describe('deleting', () => {
  it('is final: tokens revoked, secrets gone, title free, never found again', async () => {
    const { credential } = (await door.add(OAUTH)).json
    const path = `${ENTERPRISE}/credentials/${credential.id}`
    expectProblem(await door.ask('DELETE', path, { headers: { 'if-match': '"2"' } }), 412, 'version_mismatch')
    expectProblem(await door.ask('DELETE', path, { headers: { 'if-match': 'x' } }), 400, 'header_malformed')
    door.clock.now += HOUR
    const answer = await door.ask('DELETE', path, { headers: { 'if-match': '"1"' } })
    expect([answer.status, answer.json]).toEqual([200, CONFIRMED])
    expectProblem(await door.ask('GET', path), 404, 'not_found')
    expectProblem(await door.ask('GET', `${path}/allowed-endpoints`), 404, 'not_found')
    expectProblem(await door.ask('DELETE', path), 404, 'not_found')
    const again = { 'if-match': '*' }
    expectProblem(await door.ask('PATCH', path, { body: { active: true }, headers: again }), 404, 'not_found')
    expectProblem(
      await door.ask('PUT', `${path}/allowed-endpoints`, { body: { kind: 'all' }, headers: again }),
      404,
      'not_found',
    )
    expect((await door.ask('GET', `${ENTERPRISE}/credentials`)).json.items).toEqual([])
    expect(await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, credential.id))).toMatchObject(
      {
        active: false,
        deleted: true,
        tokens: [{ revokedAt: START + HOUR }],
      },
    )
    const stored = await dumpOf(storage.db)
    expect(stored).not.toContain(OAUTH.email)
    expect(stored).not.toContain('argon2id')
    expect((await auditOf(storage.db)).map(({ action }) => action)).toEqual([
      'credential_added',
      'credential_deleted',
    ])
    expect((await door.add(OAUTH)).json.credential.id).not.toBe(credential.id)
  })
})

type Page = { readonly items: readonly { readonly title: string }[]; readonly nextCursor: string | null }

describe('lists', () => {
  it('show a tenant its own, by title, in pages, with search', async () => {
    for (const title of ['beta', 'Alpha', '100% Delta', 'Čapek'])
      await door.add({ title, description: `About ${title} A_B` })
    await door.add({ title: 'Elsewhere' }, ELITE)
    const titles: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { items, nextCursor }: Page = (
        await door.ask('GET', `${ENTERPRISE}/credentials?limit=3${cursor && `&cursor=${cursor}`}`)
      ).json
      expect(JSON.stringify(items)).not.toMatch(/digest|password|sd_api_[0-9A-Za-z]{38}/)
      titles.push(...items.map(({ title }: { title: string }) => title))
      cursor = nextCursor
    }
    expect(titles).toEqual(['100% Delta', 'Alpha', 'beta', 'Čapek'])
    const search = async (text: string): Promise<readonly string[]> => {
      const answer = await door.ask('GET', `${ENTERPRISE}/credentials?search=${encodeURIComponent(text)}`)
      return answer.json.items.map(({ title }: { title: string }) => title)
    }
    expect(await search('ČAPEK')).toEqual(['Čapek'])
    expect(await search('alpha about')).toEqual(['Alpha'])
    expect(await search('100%')).toEqual(['100% Delta'])
    expect(await search('a_b')).toHaveLength(4)
    expect(await search('axb')).toEqual([])
  })
})

describe('foreign ids', () => {
  it('read like unknown ones, everywhere', async () => {
    const { credential } = (await door.add({ title: 'Mine' })).json
    const chosen = { kind: 'all' }
    const cases = [
      ['GET', '', undefined],
      ['PATCH', '', { active: false }],
      ['DELETE', '', undefined],
      ['GET', '/allowed-endpoints', undefined],
      ['PUT', '/allowed-endpoints', chosen],
    ] as const
    for (const [method, rest, body] of cases) {
      const answers = await Promise.all(
        [
          `${ELITE}/credentials/${credential.id}`,
          `${ELITE}/credentials/cred_none`,
          `/api/v1/tenants/tnt_none/credentials/${credential.id}`,
        ].map((path) => door.ask(method, path + rest, { body, headers: { 'if-match': '*' } })),
      )
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
      expect(new Set(answers.map(({ text }) => text.replace(/req_\w+/, ''))).size).toBe(1)
    }
    for (const path of ['credentials', 'endpoints']) {
      expectProblem(await door.ask('GET', `/api/v1/tenants/tnt_none/${path}`), 404, 'not_found')
    }
    const body = { title: 'x', authenticationMethod: 'api_token' }
    expectProblem(await door.ask('POST', '/api/v1/tenants/tnt_none/credentials', { body }), 404, 'not_found')
    expect(await auditOf(storage.db)).toHaveLength(1)
  })
})
