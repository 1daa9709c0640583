import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'

// Guarantee: whatever is sent, the answer is a clear 4xx that names the place; never a 5xx, and nothing is changed.

let door: Stagedoor
let id = ''
beforeAll(async () => {
  door = await startStagedoor({ config: plainConfig() })
  const made = await door.admin('POST', `${PLAIN}/credentials`, {
    title: 'Target',
    authenticationMethod: 'api_token',
  })
  id = made.json.credential.id
})
afterAll(async () => {
  await door.stop()
})

const ADD = 'POST credentials'
const EDIT = 'PATCH credential'
const NARROW = 'PUT list'
const valid = { title: 'A title', authenticationMethod: 'api_token' }
const oauth = {
  title: 'A title',
  authenticationMethod: 'oauth',
  email: 'a@example.org',
  password: 'a password of enough length',
}

const CASES: readonly [
  name: string,
  where: string,
  body: unknown,
  status: number | number[],
  mentions: string,
][] = [
  ['no body', ADD, undefined, [400, 415], ''],
  ['an empty body', ADD, '', 400, ''],
  ['malformed JSON', ADD, '{"title": "x",', 400, ''],
  ['a JSON array', ADD, '[]', 422, ''],
  ['a JSON string', ADD, '"x"', 422, ''],
  ['null', ADD, 'null', 422, ''],
  ['no members', ADD, {}, 422, 'title'],
  ['a number as title', ADD, { ...valid, title: 5 }, 422, 'title'],
  ['an empty title', ADD, { ...valid, title: '   ' }, 422, 'title'],
  ['a title of 101 characters', ADD, { ...valid, title: 'x'.repeat(101) }, 422, 'title'],
  ['a title of 500 KB', ADD, { ...valid, title: 'x'.repeat(500_000) }, 422, 'title'],
  ['a title of 1 MB', ADD, { ...valid, title: 'x'.repeat(1_048_576) }, [413, 422], ''],
  ['a NUL in the title', ADD, { ...valid, title: 'a\u0000b' }, 422, 'title'],
  ['an unknown method', ADD, { ...valid, authenticationMethod: 'certificate' }, 422, 'authenticationMethod'],
  ['an unknown member', ADD, { ...valid, colour: 'red' }, 422, 'colour'],
  [
    '__proto__',
    ADD,
    '{"title":"x","authenticationMethod":"api_token","__proto__":{"a":1}}',
    422,
    '__proto__',
  ],
  ['OAuth without e-mail', ADD, { ...oauth, email: undefined }, 422, 'email'],
  ['OAuth with no e-mail address', ADD, { ...oauth, email: 'nobody' }, 422, 'email'],
  ['OAuth with a short password', ADD, { ...oauth, password: 'short' }, 422, 'password'],
  ['OAuth with a huge password', ADD, { ...oauth, password: 'x'.repeat(1025) }, 422, 'password'],
  [
    'a password for an API token',
    ADD,
    { ...valid, password: 'a password of enough length' },
    422,
    'password',
  ],
  ['an edit of nothing', EDIT, {}, 422, ''],
  ['an edit of the id', EDIT, { id: 'cred_x' }, 422, 'id'],
  ['active as text', EDIT, { active: 'yes' }, 422, 'active'],
  ['a null title', EDIT, { title: null }, 422, 'title'],
  ['a list without kind', NARROW, { endpoints: [] }, 422, 'kind'],
  ['an unknown kind', NARROW, { kind: 'none' }, 422, 'kind'],
  ['all with a list', NARROW, { kind: 'all', endpoints: [] }, 422, 'endpoints'],
  ['only without a list', NARROW, { kind: 'only' }, 422, 'endpoints'],
  ['an unconfirmed empty list', NARROW, { kind: 'only', endpoints: [] }, 422, 'confirm'],
  [
    'an unknown endpoint',
    NARROW,
    { kind: 'only', endpoints: ['enterprise:GET:/nothing'] },
    422,
    'enterprise:GET:/nothing',
  ],
  ['numbers as endpoints', NARROW, { kind: 'only', endpoints: [1, 2] }, 422, 'endpoints'],
  [
    '10,000 unknown endpoints',
    NARROW,
    { kind: 'only', endpoints: Array.from({ length: 10_000 }, (_, index) => `e:${index}`) },
    422,
    'endpoints',
  ],
  [
    '30,000 endpoints',
    NARROW,
    { kind: 'only', endpoints: Array.from({ length: 30_000 }, () => 'e') },
    422,
    'endpoints',
  ],
]

describe('bodies', () => {
  it.each(CASES)('%s (%s)', async (_, where, body, status, mentions) => {
    const [method, path] =
      where === ADD
        ? ['POST', '/credentials']
        : where === EDIT
          ? ['PATCH', `/credentials/${id}`]
          : ['PUT', `/credentials/${id}/allowed-endpoints`]
    const answer = await door.admin(method, PLAIN + path, body, { 'if-match': '*' })
    expect([status].flat(), answer.text.slice(0, 300)).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.text).toContain(mentions)
    expect(answer.text).not.toContain('enough length')
    expect(answer.text.length).toBeLessThan(100_000)
  })

  it('changed nothing', async () => {
    const list = await door.admin('GET', `${PLAIN}/credentials`)
    expect(list.json.items.map((item: { title: string }) => item.title)).toEqual(['Target'])
    expect((await door.admin('GET', `${PLAIN}/credentials/${id}/allowed-endpoints`)).json).toEqual({
      kind: 'all',
    })
  })
})

const TARGETS: readonly [
  name: string,
  method: string,
  path: string,
  status: number,
  headers?: Record<string, string>,
][] = [
  ['an unknown tenant', 'GET', '/api/v1/tenants/tnt_none/credentials', 404],
  ['an unknown credential', 'GET', `${PLAIN}/credentials/cred_none`, 404],
  ['a path of nothing', 'GET', '/api/v1/nothing', 404],
  ['a method that is not there', 'PUT', '/api/v1/tenants', 405],
  ['a limit of 0', 'GET', `${PLAIN}/endpoints?limit=0`, 422],
  ['a limit of 1001', 'GET', `${PLAIN}/endpoints?limit=1001`, 422],
  ['a limit in words', 'GET', `${PLAIN}/endpoints?limit=many`, 422],
  ['an unknown effect', 'GET', `${PLAIN}/endpoints?effect=maybe`, 422],
  ['a cursor of nothing', 'GET', `${PLAIN}/endpoints?cursor=%00%ff`, 422],
  ['a cursor of nothing for credentials', 'GET', `${PLAIN}/credentials?cursor=AAAA`, 422],
  ['an unknown query parameter', 'GET', `${PLAIN}/endpoints?colour=red`, 422],
  ['an edit without If-Match', 'PATCH', `${PLAIN}/credentials/ID`, 428],
  ['an edit with a stale If-Match', 'PATCH', `${PLAIN}/credentials/ID`, 412, { 'if-match': '"999"' }],
  ['an If-Match that is none', 'PATCH', `${PLAIN}/credentials/ID`, 400, { 'if-match': 'one' }],
  ['no token', 'GET', '/api/v1/tenants', 401, { authorization: '' }],
  ['a wrong token', 'GET', '/api/v1/tenants', 401, { authorization: 'Bearer sd_mgt_wrong' }],
  ['a token with a strange character', 'GET', '/api/v1/tenants', 401, { authorization: 'Bearer ééé' }],
]

describe('a body that nobody reads', () => {
  it('does not cost the caller its answer, nor the connection', async () => {
    for (let count = 0; count < 5; count += 1) {
      const answer = await door.admin('POST', `${PLAIN}/credentials`, 'x'.repeat(3_000_000), {
        authorization: 'Bearer wrong',
      })
      expect(answer.status).toBe(401)
    }
  })
})

describe('targets and headers', () => {
  it.each(TARGETS)('%s', async (_, method, path, status, headers = {}) => {
    const body = method === 'PATCH' ? { title: 'New' } : undefined
    const answer = await door.admin(method, path.replace('ID', id), body, headers)
    expect(answer.status, answer.text.slice(0, 300)).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json.requestId).toMatch(/^req_/)
    expect(answer.headers.get('x-request-id')).toBe(answer.json.requestId)
  })

  it('tells a foreign credential from an unknown one by nothing', async () => {
    const strip = (text: string): string => text.replace(/req_\w+/g, '')
    const unknown = await door.admin('GET', `${PLAIN}/credentials/cred_none`)
    const foreign = await door.admin('GET', `/api/v1/tenants/tnt_none/credentials/${id}`)
    expect(strip(foreign.text)).toBe(strip(unknown.text))
  })
})
