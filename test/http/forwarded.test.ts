import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultRounds } from '../support/fault-rounds.ts'
import { nginxReader } from '../support/nginx-reader.ts'
import { digestOf, h11Reader, nodeReader, type OtherReader, type Reading } from '../support/other-readers.ts'
import { openCaller } from '../support/wire-caller.ts'
import { type Random, seededRandom } from '../support/wire-random.ts'
import { startWireScene, type WireScene } from '../support/wire-scene.ts'
import { fillIn } from '../support/wire-talk.ts'
import { startWireUpstream, tagged, type WireRequest } from '../support/wire-upstream.ts'

// Guarantee: what the gateway writes to an upstream is read the same by nginx, by Node's llhttp, by h11 and by the narrowest
// reader there is: method, target, headers as they came, the content, and its end at the same octet.

const ROUNDS = faultRounds({ short: 8_000, long: 500_000 })
const CONNECTIONS = 16
/** Of the requests with content: as many in a long run as in a short one, since all are kept. */
const LARGE_ONE_IN = ROUNDS / 200

const READERS: readonly { readonly name: string; readonly reader: OtherReader }[] = [
  { name: 'llhttp', reader: nodeReader() },
  { name: 'h11', reader: h11Reader() },
  { name: 'nginx', reader: nginxReader() },
]
afterAll(() => {
  for (const { reader } of READERS) reader.close()
})

let scene: WireScene
const arrived: WireRequest[] = []
beforeAll(async () => {
  scene = await startWireScene({
    upstream: await startWireUpstream((request, socket) => {
      arrived.push(request)
      socket.write(tagged(request.tag, request.method))
    }),
  })
})
afterAll(() => scene.stop())

/** Sent once at most: nginx takes it for no list, against RFC 9110 13.1.1, and refuses a second one. */
const IF_MATCH = 'If-Match: "a"'
const LINES = [
  'X-A: b',
  'X-A:\t b \t',
  "x-\u0021#$%&'*+.^_`|~09: c",
  'X-B:',
  'X-C: \xe9\xff\x80',
  'X-D: a\tb',
  'X-E: "a, b";c',
  'X-A: again',
  'Accept: */*',
  'Connection: keep-alive',
  'Connection: x-a, x-gone',
  'Connection: close',
  'X-Gone: 1',
  'TE: trailers',
  'Expect: 100-continue',
  'User-Agent: a/1 (b; c)',
  'Content-Type: text/plain',
  'Via: 1.0 x',
  'X-Forwarded-For: 1.1.1.1',
  'X_F: \x80',
  'Keep-Alive: timeout=5',
  'Upgrade: h2c',
  'Range: bytes=0-1',
  'Trailer: x-t',
  IF_MATCH,
  'Max-Forwards: 3',
  'X-Q: a?b#c%00%0d%0a\\r\\n',
] as const
const QUERIES = [
  '',
  '',
  '?a=b',
  '?a=%0d%0aX:%20y',
  '?a=%C3%A9&b',
  '?a=%7f',
  "?$filter=a%20eq%20'b'",
  '?a=x+y&c=%2B',
  '?&&a',
  '?a=%22%3C%3E%5C%5E',
  '?a=|',
  '?%20=%20',
  '?a=\xe9',
  '?a=%25',
  '?a=%23b',
] as const
const SEGMENTS = [
  '10',
  "O'Brien",
  'a%20b',
  '%C3%A9',
  '$x',
  '(1)',
  'a,b',
  'a:b@c',
  '~',
  'a%26b',
  'a&b=c',
  '%E2%80%8B',
  'a|b',
  '%22',
  '%3C',
  '10\xe9',
  '%0d',
  '!*',
] as const

const CONTENT = '\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n'

/** Mostly short; some longer than the gateway holds: those are passed on as they come, chunked where they came so. */
function contentOf(random: Random): string {
  const length = random.oneIn(LARGE_ONE_IN) ? 65_537 + random.below(10_000) : random.below(25)
  return CONTENT.repeat(Math.ceil(length / CONTENT.length)).slice(0, length)
}

function requestOf(random: Random): { readonly text: string; readonly method: string } {
  const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const)
  const content = contentOf(random)
  const hasContent = method === 'POST' || method === 'PUT'
  const target = {
    GET: `{mount}/Events/${random.pick(SEGMENTS)}`,
    HEAD: `{mount}/Events/${random.pick(SEGMENTS)}`,
    POST: '{mount}/Events',
    PUT: `{mount}/Events/10/${random.pick(SEGMENTS)}`,
    DELETE: `{mount}/EventServices/10/1/${random.pick(SEGMENTS)}`,
  }[method]
  const framed = random.oneIn(2)
    ? `Content-Length: ${content.length}\r\n\r\n${content}`
    : `Transfer-Encoding: chunked\r\n\r\n${content === '' ? '' : `${content.length.toString(16)};a=b\r\n${content}\r\n`}0\r\n${random.oneIn(2) ? 'X-T: u\r\n' : ''}\r\n`
  const lines = Array.from({ length: random.below(6) }, () => random.pick(LINES))
    .filter((line, at, all) => line !== IF_MATCH || all.indexOf(line) === at)
    .map((line) => `${line}\r\n`)
    .join('')
  const path = (target + random.pick(QUERIES)).replace('{mount}', '/enterprise/connect/api')
  return {
    method,
    text: `${method} ${path} HTTP/1.1\r\nHost: door\r\n{auth}\r\n${lines}${hasContent ? framed : '\r\n'}`,
  }
}

async function send(random: Random, count: number): Promise<number> {
  let allowed = 0
  let caller = await openCaller(scene.url)
  for (let at = 0; at < count; at += 1) {
    const { text, method } = requestOf(random)
    caller.send(fillIn(scene, text, 'sent'))
    const answer = await caller.answer(method)
    const { unreadable } = scene.upstream
    expect([200, 400, 404, 417], `${JSON.stringify(text)}, ${unreadable.join('\n')}`).toContain(answer.status)
    if (answer.status === 200) allowed += 1
    if (!answer.fields.some(([name, value]) => name === 'connection' && value === 'close')) continue
    caller.destroy()
    caller = await openCaller(scene.url)
  }
  caller.destroy()
  return allowed
}

it(`${ROUNDS} requests are read the same by all`, { timeout: 3_600_000 }, async () => {
  const each = ROUNDS / CONNECTIONS
  const allowed = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, at) => send(seededRandom(at + 1), each)),
  )
  expect(scene.upstream.unreadable).toEqual([])
  expect(arrived).toHaveLength(allowed.reduce((sum, count) => sum + count, 0))
  expect(arrived.length).toBeGreaterThan(ROUNDS / 4)
  const chunked = arrived.filter(({ fields }) => fields.some(([name]) => name === 'transfer-encoding'))
  expect(chunked.length).toBeGreaterThan(10)
  const differences: string[] = []
  const compare = async ({ method, target, fields, body, bytes }: WireRequest): Promise<void> => {
    const ours: Reading = { method, target, fields, length: body.length, digest: digestOf(body) }
    await Promise.all(
      READERS.map(async ({ name, reader }) => {
        const reading = await reader.read(Buffer.from(bytes, 'latin1'))
        if (JSON.stringify(reading) !== JSON.stringify(ours))
          differences.push(`${name}: ${JSON.stringify(bytes)} read as ${JSON.stringify(reading)}`)
      }),
    )
  }
  for (let at = 0; at < arrived.length; at += 256) await Promise.all(arrived.slice(at, at + 256).map(compare))
  expect(differences.slice(0, 10), `${differences.length} differences`).toEqual([])
})
