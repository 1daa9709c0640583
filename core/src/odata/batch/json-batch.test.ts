import { describe, expect, it } from 'vitest'
import { LIMITS } from '#odata/limits.ts'
import { sendBatch, sendJson, touchedBy, written } from './testing/batches.ts'

const GET = { id: 'a', method: 'GET', url: 'Events' }
const POST = { id: 'p', method: 'POST', url: 'Events', body: {} }

describe('row 67: a JSON batch is understood and written anew', () => {
  it('methods are folded, addresses canonical, bodies copied byte by byte', () => {
    const text =
      '{ "requests": [ {"url":"http://host/service/Events?%24top=1","method":"get","id":"0"},' +
      '{"id":"1","atomicityGroup":"g","method":"post","url":"/service/Events","headers":{"Content-Type":"application/json"},' +
      '"body": { "Price" : 12345678901234567890.10, "Bookings":[{}] } } ] }'
    const answer = sendJson(text)
    expect(touchedBy(answer)).toEqual(['0 GET Events', '1 POST Bookings', '1 POST Events'])
    expect(written(answer)).toBe(
      '{"requests":[{"id":"0","method":"GET","url":"Events?$top=1","headers":{"accept":"application/json"}},' +
        '{"id":"1","method":"POST","url":"Events","atomicityGroup":"g","headers":{"accept":"application/json","content-type":"application/json"},' +
        '"body":{ "Price" : 12345678901234567890.10, "Bookings":[{}] }}]}',
    )
    expect(answer).toMatchObject({ format: 'json', contentType: 'application/json' })
  })

  it('the touches of the requests are kept apart', () => {
    const answer = sendJson([GET, { ...GET, id: 'b', url: 'Accounts' }])
    expect(touchedBy(answer)).toEqual(['a GET Events', 'b GET Accounts'])
  })

  it.each([
    ['an unknown member of the whole', { requests: [GET], more: 1 }],
    ['no list', { requests: GET }],
    ['a list alone', [GET]],
    ['another name', { Requests: [GET] }],
    ['an unknown member of a request', { requests: [{ ...GET, uri: 'Accounts' }] }],
    ['a member in capitals', { requests: [{ ...GET, URL: 'Accounts' }] }],
    ['if', { requests: [{ ...GET, if: "$a/Name eq 'x'" }] }],
    ['no id', { requests: [{ method: 'GET', url: 'Events' }] }],
    ['a number as id', { requests: [{ ...GET, id: 1 }] }],
    ['no method', { requests: [{ id: 'a', url: 'Events' }] }],
    ['no url', { requests: [{ id: 'a', method: 'GET' }] }],
    ['a list as url', { requests: [{ ...GET, url: ['Events'] }] }],
    ['a text as request', { requests: ['GET Events'] }],
    ['the same id twice', { requests: [GET, GET] }],
    ['an id that is a word of OData', { requests: [{ ...GET, id: 'root' }] }],
    ['an override header', { requests: [{ ...GET, headers: { 'X-HTTP-Method': 'DELETE' } }] }],
    ['credentials', { requests: [{ ...GET, headers: { authorization: 'Bearer x' } }] }],
    ['a header twice', { requests: [{ ...GET, headers: { Accept: 'a/b', accept: 'c/d' } }] }],
    ['a header with a line break', { requests: [{ ...GET, headers: { Accept: 'a/b\r\nCookie: x' } }] }],
    ['a header that is no text', { requests: [{ ...GET, headers: { Accept: 1 } }] }],
    ['a method with a blank', { requests: [{ ...GET, method: 'GET ' }] }],
    ['MERGE', { requests: [{ ...GET, method: 'merge' }] }],
    ['a batch', { requests: [{ ...POST, url: '$batch', body: { requests: [] } }] }],
    ['$metadata', { requests: [{ ...GET, url: '$metadata' }] }],
    ['a foreign address', { requests: [{ ...GET, url: 'http://other/service/Events' }] }],
    ['a body of a GET', { requests: [{ ...GET, body: {} }] }],
    ['a body as text that hides what it holds', { requests: [{ ...POST, body: '{"Bookings":[{}]}' }] }],
    [
      'a body as base64 with a type of JSON',
      { requests: [{ ...POST, headers: { 'content-type': 'application/json' }, body: 'e30' }] },
    ],
    [
      'a body in Atom',
      { requests: [{ ...POST, headers: { 'content-type': 'application/atom+xml' }, body: 'e30' }] },
    ],
    [
      'waiting for a later one',
      {
        requests: [
          { ...GET, dependsOn: ['b'] },
          { ...GET, id: 'b' },
        ],
      },
    ],
    ['waiting for itself', { requests: [{ ...GET, dependsOn: ['a'] }] }],
    ['waiting for no text', { requests: [GET, { ...GET, id: 'b', dependsOn: [1] }] }],
    [
      'a group in two places',
      { requests: [{ ...POST, atomicityGroup: 'g' }, GET, { ...POST, id: 'q', atomicityGroup: 'g' }] },
    ],
    ['a group with the id of a request', { requests: [GET, { ...POST, atomicityGroup: 'a' }] }],
    ['a group with the id of its own request', { requests: [{ ...POST, atomicityGroup: 'p' }] }],
    [
      'a request with the name of a group',
      {
        requests: [
          { ...POST, atomicityGroup: 'g' },
          { ...GET, id: 'g' },
        ],
      },
    ],
    ['a reference to a later one', { requests: [{ ...GET, url: '$p/Account' }, POST] }],
    [
      'a reference to a group',
      {
        requests: [
          { ...POST, atomicityGroup: 'g' },
          { ...GET, url: '$g/Account' },
        ],
      },
    ],
  ])('is refused: %s', (_name, batch) => {
    expect(sendJson(JSON.stringify(batch)).ok).toBe(false)
  })

  it('duplicates, in any spelling, of "url" too (row 63)', () => {
    for (const name of ['url', '\\u0075rl']) {
      const text = `{"requests":[{"id":"a","method":"GET","url":"Events","${name}":"Accounts"}]}`
      expect(touchedBy(sendJson(text))).toBe('odata_malformed')
    }
    expect(touchedBy(sendJson('{"requests":[],"requests":[]}'))).toBe('odata_malformed')
    expect(touchedBy(sendJson(`\ufeff${JSON.stringify({ requests: [GET] })}`))).toBe('odata_malformed')
    expect(touchedBy(sendBatch('{"requests":[]}', 'application/json;charset=utf-16'))).toBe('odata_body_type')
  })

  it('a problem says in which request it stands', () => {
    const answer = sendJson([GET, { ...POST, body: { Whatever: 1 } }])
    expect(answer).toMatchObject({ ok: false, code: 'odata_unknown_name', part: 'p', in: 'body' })
    expect(
      sendJson([GET, { ...GET, id: 'b', url: 'Events?$filter=Whatever eq 1'.replaceAll(' ', '%20') }]),
    ).toMatchObject({ part: 'b', in: '$filter' })
  })

  it('more requests than the limit are refused', () => {
    const requests = Array.from({ length: 1000 }, (_, index) => ({ ...GET, id: `r${index}` }))
    expect(sendJson(requests.slice(0, LIMITS.batchParts)).ok).toBe(true)
    expect(sendJson(requests)).toMatchObject({
      code: 'odata_limit',
      part: '101',
      limit: { name: 'batchParts' },
    })
    expect(sendBatch(new Uint8Array(100_000_000), 'application/json')).toMatchObject({
      limit: { name: 'batchBytes' },
    })
  })

  it('streams are text in base64url; options of /$query are text', () => {
    const banner = {
      id: 's',
      method: 'put',
      url: 'Events(1)/Banner',
      headers: { 'content-type': 'image/png' },
    }
    const answer = sendJson([{ ...banner, body: 'aGk_-w==' }])
    expect(touchedBy(answer)).toEqual(['s PATCH Events'])
    expect(written(answer)).toContain('"content-type":"image/png"},"body":"aGk_-w=="}')
    expect(touchedBy(sendJson([{ ...banner, body: { a: 1 } }]))).toBe('odata_malformed')
    expect(touchedBy(sendJson([{ ...banner, body: 'a b' }]))).toBe('odata_malformed')
    const query = { id: 'q', method: 'POST', url: 'Events/$query', headers: { 'content-type': 'text/plain' } }
    const asked = sendJson([{ ...query, body: '%24expand=Account' }])
    expect(touchedBy(asked)).toEqual(['q GET Accounts', 'q GET Events'])
    expect(written(asked)).toContain('"body":"$expand=Account"}')
    expect(touchedBy(sendJson([{ ...query, body: { $expand: 'Account' } }]))).toBe('odata_malformed')
    const asJson = { ...query, headers: {}, body: { $expand: 'Account' } }
    expect(touchedBy(sendJson([asJson]))).toBe('odata_body_type')
  })
})

describe('row 69: references in a JSON batch', () => {
  it('what a request names it also waits for', () => {
    const answer = sendJson([
      POST,
      { id: 'x', method: 'GET', url: '$p/Account' },
      {
        id: 'y',
        method: 'PATCH',
        url: 'Bookings(1)',
        headers: { 'If-Match': '*' },
        body: { 'Event@bind': '$p' },
        dependsOn: ['x'],
      },
      { id: 'z', method: 'DELETE', url: 'Events(1)', headers: { 'If-Match': '$x' } },
    ])
    expect(touchedBy(answer)).toEqual([
      'p POST Events',
      'x GET Accounts',
      'x GET Events',
      'y GET Events',
      'y PATCH Bookings',
      'z DELETE Events',
    ])
    const requests = (JSON.parse(written(answer)) as { requests: { dependsOn?: string[] }[] }).requests
    expect(requests.map(({ dependsOn }) => dependsOn)).toEqual([undefined, ['p'], ['x', 'p'], ['x']])
  })

  it('of another group by the name of the group', () => {
    const answer = sendJson([
      { ...POST, atomicityGroup: 'g' },
      { ...POST, id: 'q', url: '$p/Bookings', atomicityGroup: 'g' },
      { id: 'x', method: 'GET', url: '$p/Account' },
    ])
    const requests = (JSON.parse(written(answer)) as { requests: { dependsOn?: string[] }[] }).requests
    expect(requests.map(({ dependsOn }) => dependsOn)).toEqual([undefined, ['p'], ['g']])
  })

  it('requests with ids of UI5 wait for the one that they name, not for the one whose id begins the same', () => {
    const answer = sendJson([
      { ...GET, id: '0' },
      { ...GET, id: '0.0', url: 'Bookings(1)' },
      { ...GET, id: '0.1', url: '$0.0/Event' },
    ])
    expect(touchedBy(answer)).toEqual(expect.arrayContaining(['0.1 GET Bookings', '0.1 GET Events']))
    const { requests } = JSON.parse(written(answer)) as { requests: { dependsOn?: string[] }[] }
    expect(requests.map(({ dependsOn }) => dependsOn)).toEqual([undefined, undefined, ['0.0']])
  })
})
