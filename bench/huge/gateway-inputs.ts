import { EVENTS, MOUNT } from '#test/support/wire-scene.ts'
import { batchOf, deepJson, gzipBomb, letters, unclosedJson, whole } from './bodies.ts'
import type { HugeRequest } from './send-input.ts'

/** An input, and where it is sent. */
export type Input = {
  readonly name: string
  readonly to: 'gateway' | 'console'
  readonly request: HugeRequest
}

const MB = 1_000_000

/** What callers can send to the gateway's port, with and without a token. */
export function gatewayInputs(token: string): readonly Input[] {
  const auth = `Host: door\r\nAuthorization: Bearer ${token}\r\n`
  return [...heads(auth), ...bodies(auth), ...odata(auth), ...forms()].map(([name, request]) => ({
    name,
    to: 'gateway',
    request,
  }))
}

type Named = readonly [name: string, request: HugeRequest]

function heads(auth: string): readonly Named[] {
  const get = `GET ${EVENTS} HTTP/1.1\r\n${auth}`
  const nobody = `GET ${EVENTS} HTTP/1.1\r\nHost: door\r\n`
  return [
    ['100,000 headers', { head: `${get}${'X-A: b\r\n'.repeat(100_000)}\r\n` }],
    ['a header of 1 MB', { head: `${get}X-A: ${'b'.repeat(MB)}\r\n\r\n` }],
    ['a target of 1 MB', { head: `GET /${'b'.repeat(MB)} HTTP/1.1\r\n${auth}\r\n` }],
    ['a token of 15,000 letters', { head: `${nobody}Authorization: Bearer ${'a'.repeat(15_000)}\r\n\r\n` }],
    [
      '15,000 blanks before a token',
      { head: `${nobody}Authorization: Bearer${' '.repeat(15_000)}x\r\n\r\n` },
    ],
    ['a path of 3,500 segments', { head: `GET ${MOUNT}${'/a'.repeat(3_500)} HTTP/1.1\r\n${auth}\r\n` }],
    ['a query of 3,500 parameters', { head: `GET ${EVENTS}?${'a&'.repeat(3_500)} HTTP/1.1\r\n${auth}\r\n` }],
  ]
}

function bodies(auth: string): readonly Named[] {
  const to = (token: string, length: number): string =>
    `POST ${MOUNT}/Events HTTP/1.1\r\n${token}X-Do: take\r\nContent-Length: ${length}\r\n\r\n`
  const chunks = Buffer.from('1\r\nx\r\n'.repeat(10_000))
  return [
    ['a body of 100 MB, of nobody', { head: to('Host: door\r\n', 100 * MB), body: () => letters(100 * MB) }],
    ['a body of 100 MB that may pass', { head: to(auth, 100 * MB), body: () => letters(100 * MB) }],
    [
      '1,000,000 chunks of one octet that may pass',
      {
        head: `POST ${MOUNT}/Events HTTP/1.1\r\n${auth}X-Do: take\r\nTransfer-Encoding: chunked\r\n\r\n`,
        body: () => [...Array.from({ length: 100 }, () => chunks), Buffer.from('0\r\n\r\n')],
      },
    ],
  ]
}

function odata(auth: string): readonly Named[] {
  const post = (type: string, length: number, more = ''): string =>
    `POST /pets/${more} HTTP/1.1\r\n${auth}Content-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`
  const json = (text: string | Uint8Array, lines = ''): HugeRequest => {
    const { length, body } = whole(text)
    return { head: post(`application/json${lines}`, length, 'Pets'), body }
  }
  const batch = whole(batchOf(100_000))
  const many = `[${'{"ID":1},'.repeat(800_000)}{"ID":1}]`
  const get = (query: string): HugeRequest => ({ head: `GET /pets/Pets?${query} HTTP/1.1\r\n${auth}\r\n` })
  return [
    ['OData: JSON, 1,000,000 deep', json(deepJson(MB))],
    ['OData: JSON, 1,000,000 deep and not closed', json(unclosedJson(MB))],
    ['OData: 7 MB of JSON objects', json(`{"Name":${many}}`)],
    ['OData: a string of 7 MB', json(`{"ID":1,"Name":"${'x'.repeat(7 * MB)}"}`)],
    [
      'OData: a body of 100 MB',
      { head: post('application/json', 100 * MB, 'Pets'), body: () => letters(100 * MB) },
    ],
    ['OData: a gzip bomb of 100 MB', json(gzipBomb(), '\r\nContent-Encoding: gzip')],
    [
      'OData: a batch of 100,000 parts',
      { head: post('multipart/mixed; boundary=b', batch.length, '$batch'), body: batch.body },
    ],
    ['OData: 4,000 parentheses', get(`$filter=${'('.repeat(4_000)}`)],
    ['OData: 1,300 times not', get(`$filter=${'not%20'.repeat(1_300)}ID`)],
    ['OData: 8,000 letters and no quote', get(`$filter=Name%20eq%20'${'a'.repeat(7_900)}`)],
  ]
}

function forms(): readonly Named[] {
  const form = (length: number): string =>
    `POST /oauth/token HTTP/1.1\r\nHost: door\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n\r\n`
  const pairs = whole('a=b&'.repeat(4_000))
  return [
    ['OAuth: a form of 100 MB', { head: form(100 * MB), body: () => letters(100 * MB) }],
    ['OAuth: a form of 4,000 parameters', { head: form(pairs.length), body: pairs.body }],
  ]
}
