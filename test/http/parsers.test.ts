import { afterAll, expect, it } from 'vitest'
import { toHeaders } from '../../server/src/gateway/fields.ts'
import { readHead } from '../../server/src/gateway/request-head.ts'
import { createBodyReader } from '../../server/src/gateway/wire/body-reader.ts'
import { readRequestHead } from '../../server/src/gateway/wire/read-request-head.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { digestOf, h11Reader, nodeReader, type OtherReader, type Reading } from '../support/other-readers.ts'
import { type Random, seededRandom } from '../support/wire-random.ts'

// Guarantee: whatever the gateway accepts, Node's llhttp and h11 accept as well, and read the same method, target, headers and
// content in it, with its end at the same octet. What it refuses may be accepted by others: it is the strictest.

const ROUNDS = faultRounds({ short: 200_000, long: 5_000_000 })
const SEED = 20_261_129

type Other = { readonly name: string; readonly reader: OtherReader }
const OTHERS: readonly Other[] = [
  { name: 'llhttp', reader: nodeReader() },
  { name: 'h11', reader: h11Reader() },
]
afterAll(() => {
  for (const { reader } of OTHERS) reader.close()
})

const SEEDS = [
  'GET /a/b HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /a?b=c&d=%20e HTTP/1.1\r\nHost: a.example:80\r\nAccept: */*\r\nX-A: b, c\r\nx-a: d\r\n\r\n',
  'HEAD / HTTP/1.1\r\nhost: [::1]:8080\r\nConnection: close\r\n\r\n',
  'DELETE /a/1 HTTP/1.0\r\nUser-Agent: x/1 (y; z)\r\n\r\n',
  'OPTIONS /a HTTP/1.1\r\nHost:a\r\nConnection: keep-alive, x-b\r\nX-B:\r\n\r\n',
  'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'PUT /a HTTP/1.1\r\nContent-Length: 0\r\nHost: a\r\nContent-Type: application/json; charset="utf-8"\r\n\r\n',
  'PATCH /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}',
  'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n',
  'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-t\r\n\r\n3;a;b="c d"\r\nabc\r\n00\r\nX-T: u\r\nX-U: \t v \r\n\r\n',
  'POST /a HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc',
  'POST /a HTTP/1.1\r\nHost: a\r\nX-\xc3: \xe9\xff\r\nX-O: \xe9 \xff\r\nContent-Length: 3\r\n\r\nabc',
  'GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n',
] as const
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\r\r\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '"',
  '\\',
  '=',
  '\x0b',
  '\x0c',
  '\x1c',
  '\x7f',
  '\x80',
  '\xa0',
  '\xff',
  '+',
  '-',
  '0',
  '00',
  '0x',
  'f',
  '5',
  'chunked',
  'gzip, ',
  'identity',
  ', chunked',
  'close',
  'Content-Length: 5\r\n',
  'Content-Length: 3\r\n',
  'Content-Length:\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding:\tchunked \r\n',
  'Host: b\r\n',
  'Connection: upgrade\r\n',
  'Upgrade: x\r\n',
  'Expect: 100-continue\r\n',
  ' X: y\r\n',
  'X: y\r\n',
  'X : y\r\n',
  ': y\r\n',
  'X\r\n',
  'X;:y\r\n',
  ';a',
  ';a=b',
  ';a="b',
  '; a',
  ' ;a',
  ';a =b',
  ';=',
  ';;',
  ';a=b;c',
  ';"a"',
  ';a="\\"',
  '0\r\n\r\n',
  '\r\n0\r\n',
  '1.0',
  '1.2',
  'HTTP/1.1',
  '/',
  '//',
  '%',
  '%2',
  '#',
  '*',
  'http://a/',
  '?',
  '|',
  '^',
  '`',
  '{',
  '<',
] as const

/** One to four changes: an octet or a piece more, less, another, or moved. */
function mutate(random: Random): Buffer {
  let text: string = random.pick(SEEDS)
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(text.length + 1)
    const length = random.below(random.oneIn(5) ? 12 : 2)
    const piece = random.oneIn(4)
      ? String.fromCharCode(random.below(256))
      : random.oneIn(3)
        ? ''
        : random.pick(PIECES)
    text = random.oneIn(8) ? swapLines(text, random) : text.slice(0, at) + piece + text.slice(at + length)
  }
  return Buffer.from(text, 'latin1')
}

function swapLines(text: string, random: Random): string {
  const lines = text.split('\r\n')
  const [from, to] = [random.below(lines.length), random.below(lines.length)]
  return lines.toSpliced(to, random.below(2), lines[from] ?? '').join('\r\n')
}

type Ours = Reading & { readonly end: number }

/** What the gateway accepts: the head, what is asked of it before anything is decided, and the whole content. */
function readOurs(bytes: Buffer): Ours | undefined {
  const read = readRequestHead(bytes, 0, bytes.length)
  if (!read?.ok || !readHead(read.head).ok) return undefined
  const pieces: Uint8Array[] = []
  const body = createBodyReader(
    read.head.framing,
    (piece, from, to) => void pieces.push(piece.subarray(from, to)),
  )
  const end = body.read(bytes, read.end, bytes.length)
  if (body.state() !== 'done') return undefined
  const { method, target, fields } = read.head
  const pairs = toHeaders(fields)
  // What goes on is cut from this text.
  const text = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  if (!fields.text.endsWith(text)) throw new Error(`another text than its lines: ${JSON.stringify(fields)}`)
  const content = Buffer.concat(pieces)
  return { method, target, fields: pairs, length: content.length, digest: digestOf(content), end }
}

/** RFC 9112 2.2: one empty line before a request is skipped; h11 does not have that. */
function withoutEmptyLine(bytes: Buffer): Buffer {
  return bytes[0] === 13 && bytes[1] === 10 ? bytes.subarray(2) : bytes
}

function comparable({ method, target, fields, length, digest }: Reading): string {
  return JSON.stringify({ method, target, fields, length, digest })
}

it('h11 is there: apt-get install python3-h11', () => {
  expect(OTHERS.map(({ name }) => name)).toEqual(['llhttp', 'h11'])
})

it(`${ROUNDS} mutated requests: what is accepted is read the same by all`, {
  timeout: 7_200_000,
}, async () => {
  const random = seededRandom(SEED)
  const differences: string[] = []
  let accepted = 0
  const compare = async (bytes: Buffer, ours: Ours): Promise<void> => {
    const message = withoutEmptyLine(bytes.subarray(0, ours.end))
    const readings = await Promise.all(OTHERS.map(({ reader }) => reader.read(message)))
    readings.forEach((reading, at) => {
      if (reading === null || comparable(reading) !== comparable(ours))
        differences.push(
          `${OTHERS[at]?.name}: ${JSON.stringify(message.toString('latin1'))} read as ${JSON.stringify(reading)}`,
        )
    })
  }
  for (let round = 0; round < ROUNDS; ) {
    const batch: Promise<void>[] = []
    for (; round < ROUNDS && batch.length < 256; round += 1) {
      const bytes = mutate(random)
      const ours = readOurs(bytes)
      if (ours === undefined) continue
      accepted += 1
      batch.push(compare(bytes, ours))
    }
    await Promise.all(batch)
  }
  expect(differences.slice(0, 20), `${differences.length} differences`).toEqual([])
  // A fuzz in which little is accepted would prove little.
  expect(accepted).toBeGreaterThan(ROUNDS / 10)
})
