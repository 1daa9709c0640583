import { afterAll, describe, expect, it } from 'vitest'
import { nginxReader } from '../support/nginx-reader.ts'
import { digestOf, h11Reader, nodeReader, type Reading } from '../support/other-readers.ts'

// Guarantee: the readers that the gateway is compared with tell all that they read, and see each fault that would make two
// programs read one request in two ways. A reader that saw nothing would agree with everything.

const READERS = [
  { name: 'llhttp', reader: nodeReader() },
  { name: 'h11', reader: h11Reader() },
  { name: 'nginx', reader: nginxReader() },
] as const
afterAll(() => {
  for (const { reader } of READERS) reader.close()
})

type Fields = Reading['fields']

const FIELDS: Fields = [
  ['host', 'a.example:80'],
  ['x-a', 'b'],
  ['x_b', ''],
  ["x-!#$%&'*+.^`|~09", 'c'],
  ['x-a', '\xe9\xff\x80 "d,\te" ;'],
  ['authorization', 'Bearer f'],
  ['x-b', 'g'],
]
const GET: Reading = { method: 'GET', target: "/a%20b/$c(1),'?d=%0d%0a&e", fields: FIELDS, ...contentOf('') }
const POST: Reading = {
  ...GET,
  method: 'POST',
  fields: [...FIELDS, ['content-length', '7']],
  ...contentOf('hell\0\r\n'),
}
const LARGE_CONTENT = 'x'.repeat(70_000)
const LARGE: Reading = {
  ...POST,
  fields: [...FIELDS, ['content-length', '70000']],
  ...contentOf(LARGE_CONTENT),
}
const CHUNKED: Reading = { ...POST, fields: [...FIELDS, ['transfer-encoding', 'chunked']] }
const CHUNKS = '4\r\nhell\r\n3\r\n\0\r\n\r\n0\r\n\r\n'

function contentOf(content: string): { readonly length: number; readonly digest: string } {
  return { length: content.length, digest: digestOf(content) }
}

function write({ method, target, fields }: Reading, content = ''): string {
  const lines = fields.map(([name, value]) => `${name.toUpperCase()}: ${value}\r\n`).join('')
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n${content}`
}

/** Bytes that are not this request, or not this alone. */
const FAULTS: readonly (readonly [what: string, bytes: string, not: Reading])[] = [
  ['an octet missing', write(POST, 'hell\0\r'), POST],
  ['an octet too many', `${write(POST, 'hell\0\r\n')}X`, POST],
  ['an octet missing behind the head', write(GET).slice(0, -1), GET],
  ['an octet too many behind the head', `${write(GET)}X`, GET],
  ['a whole request behind it', write(GET) + write(GET), GET],
  ['a length that is one too small', write(POST, 'hell\0\r\n').replace(': 7', ': 6'), POST],
  ['a length that is one too large', write(POST, 'hell\0\r\n').replace(': 7', ': 8'), POST],
  ['a length that is far too large', write(POST, 'hell\0\r\n').replace(': 7', ': 7000000'), POST],
  ['other content', write(POST, 'help\0\r\n'), POST],
  ['two framings', write({ ...CHUNKED, fields: [...POST.fields, ...CHUNKED.fields] }, CHUNKS), CHUNKED],
  ['a chunk that is larger', write(CHUNKED, CHUNKS).replace('\r\n3\r\n', '\r\n4\r\n'), CHUNKED],
  ['a chunk that is smaller', write(CHUNKED, CHUNKS).replace('\r\n3\r\n', '\r\n2\r\n'), CHUNKED],
  ['no last chunk', write(CHUNKED, CHUNKS.slice(0, -5)), CHUNKED],
  ['the last chunk twice', write(CHUNKED, `${CHUNKS}0\r\n\r\n`), CHUNKED],
  ['a space in the target', write(GET).replace('%20', ' '), GET],
  ['a target decoded', write(GET).replace('%20', '+'), GET],
  ['a folded line', write(GET).replace('X-A: b', 'X-A: b\r\n c'), withValue('b\r\n c')],
  ['a bare LF', write(GET).replace('X-A: b', 'X-A: b\nX-C: d'), withValue('b\nX-C: d')],
  ['a NUL', write(GET).replace('X-A: b', 'X-A: b\0'), withValue('b\0')],
  ['a line less', write(GET).replace('X-A: b\r\n', ''), GET],
  ['two lines in another order', write({ ...GET, fields: FIELDS.toReversed() }), GET],
]

function withValue(value: string): Reading {
  return { ...GET, fields: FIELDS.map((field, at) => (at === 1 ? ['x-a', value] : field)) }
}

describe.each(READERS)('$name', ({ name, reader }) => {
  const read = (text: string): Promise<Reading | null> => reader.read(Buffer.from(text, 'latin1'))

  it('tells all of a request as it came', async () => {
    expect(await read(write(GET))).toEqual(GET)
    expect(await read(write({ ...GET, method: 'HEAD' }))).toEqual({ ...GET, method: 'HEAD' })
    expect(await read(write(POST, 'hell\0\r\n'))).toEqual(POST)
    expect(await read(write(CHUNKED, CHUNKS))).toEqual(CHUNKED)
  })

  it.each(FAULTS)('sees %s', async (_, bytes, not) => {
    expect(await read(bytes)).not.toEqual(not)
  })

  it('sees the fault where it is, among many at once, small and large', async () => {
    const texts = Array.from({ length: 200 }, (_, at) => {
      if (at % 5 === 1) return FAULTS[at % FAULTS.length]?.[1] ?? ''
      return at % 5 === 2 ? write(LARGE, LARGE_CONTENT) : write(POST, 'hell\0\r\n')
    })
    const readings = await Promise.all(texts.map(read))
    readings.forEach((reading, at) => {
      if (at % 5 === 1) expect(reading, `${name} ${at}`).not.toEqual(POST)
      else expect(reading, `${name} ${at}`).toEqual(at % 5 === 2 ? LARGE : POST)
    })
  })
})

it('nginx sees what the others do not look for: another end of the path, a host that is none, an end of the connection', async () => {
  const [llhttp, h11, nginx] = READERS
  const read = (text: string): Promise<readonly (Reading | null)[]> =>
    Promise.all([llhttp, h11, nginx].map(({ reader }) => reader.read(Buffer.from(text, 'latin1'))))
  const fragment = await read('GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(fragment.map((reading) => reading?.target)).toEqual(['/a?b#c', '/a?b#c', '/a?b#c as /a and b'])
  const host = await read('GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n')
  expect(host.map((reading) => reading?.target)).toEqual(['/a', '/a', undefined])
  const close = await read('GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  expect(close.map((reading) => reading?.target)).toEqual(['/a', '/a', undefined])
})
