import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultRounds } from '../support/fault-rounds.ts'
import { h11Reader, nodeReader, type Reading } from '../support/other-readers.ts'
import { openCaller } from '../support/wire-caller.ts'
import { type Random, seededRandom } from '../support/wire-random.ts'
import { startWireScene, type WireScene } from '../support/wire-scene.ts'
import { fillIn } from '../support/wire-talk.ts'
import { startWireUpstream, tagged, type WireRequest } from '../support/wire-upstream.ts'

// Guarantee: what the gateway writes to an upstream is read the same by Node's llhttp, by h11 and by the narrowest
// reader there is: method, target, headers, length of the content, and its end at the same octet.

const ROUNDS = faultRounds({ short: 8_000, long: 500_000 })
const CONNECTIONS = 16

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
  'If-Match: "a"',
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

function requestOf(random: Random): { readonly text: string; readonly method: string } {
  const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const)
  const content = '\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n'.slice(0, random.below(25))
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
  const lines = Array.from({ length: random.below(6) }, () => `${random.pick(LINES)}\r\n`).join('')
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
    expect([200, 400, 404, 417], JSON.stringify(text)).toContain(answer.status)
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
  const readers = [nodeReader(), h11Reader()]
  const differences: string[] = []
  const compare = async ({ method, target, fields, body, bytes }: WireRequest): Promise<void> => {
    const ours: Reading = { method, target, fields, length: body.length }
    const readings = await Promise.all(readers.map(({ read }) => read(Buffer.from(bytes, 'latin1'))))
    for (const reading of readings)
      if (JSON.stringify(reading) !== JSON.stringify(ours))
        differences.push(`${JSON.stringify(bytes)} read as ${JSON.stringify(reading)}`)
  }
  for (let at = 0; at < arrived.length; at += 256) await Promise.all(arrived.slice(at, at + 256).map(compare))
  for (const { close } of readers) close()
  expect(differences.slice(0, 10), `${differences.length} differences`).toEqual([])
})
