import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { ENTERPRISE, type Served, serve } from './test/serve.ts'

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-admin-'))
let storage: Storage
let door: Served
let id = ''
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db)
  id = (await door.add({ title: 'Target' })).json.credential.id
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

const valid = { title: 'x', authenticationMethod: 'api_token' }
const only = (endpoints: unknown): object => ({ kind: 'only', endpoints })

const CASES: readonly [
  name: string,
  where: 'POST' | 'PATCH' | 'PUT',
  raw: string | object,
  status: number,
  mentions: string,
][] = [
  ['an empty body', 'POST', '', 400, 'empty'],
  ['malformed JSON', 'POST', '{"title": "the secret",\n  oops', 400, 'line 2, column 3'],
  ['a byte order mark', 'POST', '\ufeff{}', 400, 'line 1, column 1'],
  ['deep nesting', 'POST', '['.repeat(500_000), 400, 'line 1'],
  ['deep nesting that is JSON', 'POST', '['.repeat(200_000) + ']'.repeat(200_000), 422, '"field":""'],
  ['an array', 'POST', '[]', 422, '"field":""'],
  ['null', 'PUT', 'null', 422, '"field":""'],
  ['no members', 'POST', {}, 422, '/authenticationMethod'],
  ['a number as title', 'POST', { ...valid, title: 5 }, 422, '/title'],
  ['a title of almost 1 MB', 'POST', { ...valid, title: 'x'.repeat(1_000_000) }, 422, '/title'],
  ['a body over 1 MiB', 'POST', { ...valid, title: 'x'.repeat(1_048_576) }, 413, 'body_too_large'],
  ['NUL in the title', 'POST', { ...valid, title: 'a\u0000b' }, 422, '/title'],
  ['half a character', 'PATCH', '{"title":"\\ud800"}', 422, '/title'],
  ['NUL in the description', 'PATCH', { description: '\u0000' }, 422, '/description'],
  ['unknown members', 'POST', { ...valid, colour: 'red', 'a/b~c': 1 }, 422, '/a~1b~0c'],
  [
    '__proto__',
    'POST',
    '{"title":"x","authenticationMethod":"api_token","__proto__":{"active":false}}',
    422,
    '/__proto__',
  ],
  ['__proto__ escaped', 'PATCH', '{"\\u005f_proto__":{"active":false}}', 422, '/__proto__'],
  ['__proto__ inside', 'PUT', '{"kind":"all","__proto__":{"kind":"only"}}', 422, '/__proto__'],
  ['constructor', 'PATCH', '{"constructor":{}}', 422, '/constructor'],
  [
    'many unknown members',
    'PATCH',
    Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`m${at}`, 1])),
    422,
    '20000 fields',
  ],
  ['a long unknown member', 'PATCH', { ['x'.repeat(500_000)]: 1 }, 422, '/xxxx'],
  ['active as text', 'PATCH', { active: 'true' }, 422, '/active'],
  ['a null title', 'PATCH', { title: null }, 422, '/title'],
  ['no kind', 'PUT', { endpoints: [] }, 422, '/kind'],
  ['an unknown kind', 'PUT', { kind: 'none' }, 422, '/kind'],
  ['all with a list', 'PUT', { kind: 'all', endpoints: [] }, 422, '/endpoints'],
  ['a text as list', 'PUT', only('all'), 422, '/endpoints'],
  ['numbers as list', 'PUT', only([1]), 422, '/endpoints/0'],
  ['an empty confirmation', 'PUT', { ...only([]), confirmEmpty: false }, 422, '/confirmEmpty'],
  [
    '10,000 unknown endpoints',
    'PUT',
    only(Array.from({ length: 10_000 }, (_, at) => `e:${at}`)),
    422,
    '10000 of 10000',
  ],
  ['20,001 endpoints', 'PUT', only(Array.from({ length: 20_001 }, () => 'e')), 422, '/endpoints'],
  ['300,000 wrong endpoints', 'PUT', only(Array.from({ length: 300_000 }, () => 1)), 422, '/endpoints'],
  ['a huge id', 'PUT', only(['e'.repeat(900_000)]), 422, '/endpoints/0'],
]

function path(where: 'POST' | 'PATCH' | 'PUT'): string {
  if (where === 'POST') return `${ENTERPRISE}/credentials`
  return `${ENTERPRISE}/credentials/${id}${where === 'PUT' ? '/allowed-endpoints' : ''}`
}

describe('a bad body', () => {
  it.each(CASES)('%s (%s)', async (_, where, body, status, mentions) => {
    const raw = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await door.ask(where, path(where), { raw, headers: { 'if-match': '*' } })
    expect(answer.status, answer.text.slice(0, 500)).toBe(status)
    expect(answer.json).toMatchObject({ status, requestId: expect.stringMatching(/^req_/) })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.text).toContain(mentions)
    expect(answer.text).not.toContain('secret')
    expect(answer.text.length).toBeLessThan(50_000)
  })

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-16', 415],
    ['application/jsonp', 415],
    ['', 415],
    ['application/json;charset=UTF-8', 409],
  ])('of the type %s is %i', async (type, status) => {
    const answer = await door.ask('POST', path('POST'), {
      body: { ...valid, title: 'Target' },
      headers: { 'content-type': type },
    })
    expect(answer.status).toBe(status)
  })

  it('that is not UTF-8, or declared longer than allowed', async () => {
    const raw = new Uint8Array([0x7b, 0xff, 0x7d])
    expect((await door.ask('POST', path('POST'), { raw })).json).toMatchObject({
      status: 400,
      code: 'json_malformed',
    })
    const headers = { 'content-length': '99999999' }
    expect((await door.ask('POST', path('POST'), { raw: '{}', headers })).status).toBe(413)
  })

  it('is never a 5xx and never changes anything, whatever it is', async () => {
    const member = fc.constantFrom(
      'title',
      'description',
      'active',
      'kind',
      'endpoints',
      'confirmEmpty',
      '__proto__',
      'allowedEndpoints',
    )
    const anything = fc
      .oneof(fc.dictionary(member, fc.jsonValue()), fc.jsonValue())
      .filter((value) => !isEdit(value))
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom('POST' as const, 'PATCH' as const), async (body, where) => {
        const answer = await door.ask(where, path(where), { body, headers: { 'if-match': '*' } })
        expect(answer.status).toBe(422)
      }),
      { numRuns: 300 },
    )
    expect(
      await storage.db.snapshot(undefined, (trx) => trx.selectFrom('audit_events').selectAll().execute()),
    ).toHaveLength(1)
    expect((await door.ask('GET', path('PATCH'))).headers.get('etag')).toBe('"1"')
    expect(door.log).toEqual([])
  })
})

/** A body that PATCH may accept. */
function isEdit(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const names = Object.keys(value)
  return names.length > 0 && names.every((name) => ['title', 'description', 'active'].includes(name))
}
