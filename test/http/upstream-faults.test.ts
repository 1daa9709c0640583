import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuesOf, type WireAnswer } from '../support/wire-answers.ts'
import { openCaller, type WireCaller } from '../support/wire-caller.ts'
import { startWireScene, taggedRequest, type WireScene } from '../support/wire-scene.ts'
import { expectTag, fillIn, newTag, statusAndCode } from '../support/wire-talk.ts'
import { startWireUpstream, tagged, type WireRequest, type WireUpstream } from '../support/wire-upstream.ts'

// Guarantee: whatever an upstream does with its bytes, a caller gets a clean 502 or 504, or a connection that is cut;
// never the answer to another request. Every answer carries the tag of its request, and good calls go on all the time on the
// same pool, before, between and after.

type Fault = {
  readonly what: string
  readonly behave: (socket: Socket, request: WireRequest) => void
  /** What a caller may see: a problem, a cut answer, or a whole one. */
  readonly outcome: readonly Outcome[]
  readonly method?: string
}
type Outcome = '502' | '504' | 'cut' | 'whole'

const ANSWER_MS = 1_500
/** `{tag}` in the bytes becomes the tag of the request. */
const write =
  (bytes: string) =>
  (socket: Socket, { tag }: WireRequest): void =>
    void socket.write(bytes.replace('{tag}', tag), 'latin1')
const end =
  (bytes: string) =>
  (socket: Socket): void =>
    void socket.end(bytes, 'latin1')
const reset =
  (bytes: string) =>
  (socket: Socket): void =>
    void socket.write(bytes, 'latin1', () => socket.resetAndDestroy())
const drip =
  (bytes: string, everyMs: number) =>
  (socket: Socket): void => {
    let at = 0
    const timer = setInterval(() => {
      if (socket.destroyed || at >= bytes.length) return clearInterval(timer)
      socket.write(bytes.charAt(at), 'latin1')
      at += 1
    }, everyMs)
    socket.once('close', () => clearInterval(timer))
  }
const endlessly =
  (head: string, piece: string) =>
  (socket: Socket): void => {
    socket.write(head, 'latin1')
    const more = (): void => {
      if (!socket.destroyed) socket.write(piece, 'latin1', () => setImmediate(more))
    }
    more()
  }

const OK = 'HTTP/1.1 200 OK\r\n'
const EVIL = 'HTTP/1.1 200 OK\r\nx-tag: evil\r\ncontent-length: 4\r\n\r\nevil'

const FAULTS: readonly Fault[] = [
  { what: 'closes at once', behave: (socket) => socket.end(), outcome: ['502'] },
  { what: 'resets at once', behave: (socket) => socket.resetAndDestroy(), outcome: ['502'] },
  { what: 'says nothing', behave: () => undefined, outcome: ['504'] },
  { what: 'closes inside of the status line', behave: end('HTTP/1.1 20'), outcome: ['502'] },
  { what: 'resets inside of a header', behave: reset(`${OK}x-a: b`), outcome: ['502'] },
  { what: 'stops inside of the head', behave: write(`${OK}x-a: b\r\n`), outcome: ['504', '502'] },
  {
    what: 'closes before its content',
    behave: end(`${OK}content-length: 5\r\n\r\n`),
    outcome: ['cut', '502'],
  },
  { what: 'closes inside of it', behave: end(`${OK}content-length: 5\r\n\r\nabc`), outcome: ['cut', '502'] },
  {
    what: 'resets inside of it',
    behave: reset(`${OK}content-length: 5\r\n\r\nabc`),
    outcome: ['cut', '502'],
  },
  { what: 'stops inside of it', behave: write(`${OK}content-length: 5\r\n\r\nabc`), outcome: ['cut', '504'] },
  {
    what: 'closes inside of a chunk',
    behave: end(`${OK}transfer-encoding: chunked\r\n\r\n5\r\nabc`),
    outcome: ['cut', '502'],
  },
  {
    what: 'closes before the last chunk',
    behave: end(`${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`),
    outcome: ['cut', '502'],
  },
  {
    what: 'sends a chunk size that is none',
    behave: write(`${OK}transfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n`),
    outcome: ['cut', '502'],
  },
  {
    what: 'sends a chunk longer than its size',
    behave: write(`${OK}transfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n`),
    outcome: ['cut', '502'],
  },
  {
    what: 'sends more than its length',
    behave: write(`${OK}x-tag: {tag}\r\ncontent-length: 3\r\n\r\nabc${EVIL}`),
    outcome: ['whole', '502'],
  },
  {
    what: 'answers twice',
    behave: (socket, { tag }) => void socket.write(tagged(tag) + EVIL),
    outcome: ['whole', '502'],
  },
  {
    what: 'answers HEAD with content',
    behave: write(`${OK}x-tag: {tag}\r\ncontent-length: ${EVIL.length}\r\n\r\n${EVIL}`),
    outcome: ['whole', '502'],
    method: 'HEAD',
  },
  {
    what: 'answers 204 with content',
    behave: write(`HTTP/1.1 204 No Content\r\nx-tag: {tag}\r\n\r\n${EVIL}`),
    outcome: ['whole', '502'],
  },
  {
    what: 'answers 304 with content',
    behave: write(
      `HTTP/1.1 304 Not Modified\r\nx-tag: {tag}\r\ncontent-length: ${EVIL.length}\r\n\r\n${EVIL}`,
    ),
    outcome: ['whole', '502'],
  },
  {
    what: 'answers with a length and chunks',
    behave: write(`${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${EVIL}`),
    outcome: ['502'],
  },
  {
    what: 'answers with two lengths',
    behave: write(`${OK}content-length: 0\r\ncontent-length: 5\r\n\r\nabcde`),
    outcome: ['502'],
  },
  {
    what: 'answers with a length that is none',
    behave: write(`${OK}content-length: -5\r\n\r\nabcde`),
    outcome: ['502'],
  },
  {
    what: 'answers with a coding that is not chunked',
    behave: end(`${OK}transfer-encoding: gzip\r\n\r\nabc`),
    outcome: ['502'],
  },
  {
    what: 'answers in another language',
    behave: write('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'),
    outcome: ['502'],
  },
  { what: 'answers few bytes of another language', behave: write('hi\r\n\r\n'), outcome: ['502', '504'] },
  {
    what: 'answers as HTTP/2',
    behave: write('HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n'),
    outcome: ['502'],
  },
  {
    what: 'answers with a folded header',
    behave: write(`${OK}x-a: b\r\n c\r\ncontent-length: 0\r\n\r\n`),
    outcome: ['502'],
  },
  {
    what: 'answers with a bare LF',
    behave: write(`${OK}x-a: b\ncontent-length: 0\r\n\r\n`),
    outcome: ['502'],
  },
  {
    what: 'answers with a NUL',
    behave: write(`${OK}x-a: \0\r\ncontent-length: 0\r\n\r\n`),
    outcome: ['502'],
  },
  {
    what: 'answers with a status of two digits',
    behave: write('HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n'),
    outcome: ['502'],
  },
  {
    what: 'switches protocols',
    behave: write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n${EVIL}`),
    outcome: ['502'],
  },
  {
    what: 'hints without end',
    behave: endlessly('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    outcome: ['502', '504'],
  },
  {
    what: 'sends a head without end',
    behave: endlessly(OK, `x-a: ${'b'.repeat(1_000)}\r\n`),
    outcome: ['502'],
  },
  {
    what: 'sends trailers without end',
    behave: endlessly(`${OK}transfer-encoding: chunked\r\n\r\n0\r\n`, `x-a: ${'b'.repeat(1_000)}\r\n`),
    outcome: ['cut', '502'],
  },
  { what: 'drips its head', behave: drip(tagged('drip'), 400), outcome: ['502', '504'] },
]

const behaviours = new Map<string, Fault['behave']>()
let scene: WireScene
let background: { readonly stop: () => Promise<number> }
beforeAll(async () => {
  scene = await startWireScene({
    timeouts: { connectMs: ANSWER_MS, answerMs: ANSWER_MS, idleMs: ANSWER_MS },
    upstream: await startWireUpstream((request, socket) => {
      const behave = behaviours.get(request.tag)
      if (behave) return behave(socket, request)
      // Good answers take a moment, so that they and the faults are under way at the same time.
      setTimeout(() => socket.write(tagged(request.tag, request.method)), 1)
    }),
  })
  background = keepCalling(8)
})
afterAll(() => scene.stop())

/** Good calls, one after the other on each of so many connections, until told to stop. Gives how many there were. */
function keepCalling(connections: number): { readonly stop: () => Promise<number> } {
  const until = { isOver: false }
  const call = async (): Promise<number> => {
    const caller = await openCaller(scene.url)
    let calls = 0
    while (!until.isOver) {
      const tag = newTag('good')
      caller.send(taggedRequest(scene.token, tag))
      await expectTag(caller, tag)
      calls += 1
    }
    caller.destroy()
    return calls
  }
  const all = Promise.all(Array.from({ length: connections }, call))
  // What goes wrong is told by stop().
  all.catch(() => undefined)
  return {
    stop: async () => {
      until.isOver = true
      return (await all).reduce((sum, calls) => sum + calls, 0)
    },
  }
}

function outcomeOf(answer: WireAnswer): string {
  if (answer.isCut || answer.status === 0) return 'cut'
  if (answer.status >= 500) {
    expect(statusAndCode(answer)).toMatch(/^50[24] upstream_(?:unreachable|timeout|answer_invalid)$/)
    expect(answer.body).not.toMatch(/127\.0\.0\.1|evil/)
    return String(answer.status)
  }
  return 'whole'
}

async function expectCleanEnd({ behave, outcome, method = 'GET' }: Fault): Promise<void> {
  const tag = newTag('bad')
  behaviours.set(tag, behave)
  const caller = await openCaller(scene.url)
  caller.send(fillIn(scene, `${method} {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n`, tag))
  const answer = await caller.answer(method)
  const met = outcomeOf(answer)
  expect(outcome, JSON.stringify(answer)).toContain(met)
  expect(JSON.stringify(answer)).not.toContain('evil')
  if (met === 'whole') expect(valuesOf(answer.fields, 'x-tag')).toEqual([tag])
  await expectNothingElse(caller)
}

/** The connection is over, or its next answer is that of the next request. */
async function expectNothingElse(caller: WireCaller): Promise<void> {
  if (caller.isClosed()) return
  const next = newTag('next')
  caller.send(taggedRequest(scene.token, next))
  const answer = await caller.answer()
  if (answer.status !== 0) expect([answer.status, valuesOf(answer.fields, 'x-tag')]).toEqual([200, [next]])
  caller.destroy()
}

describe('an upstream that', () => {
  it.each(FAULTS.map((fault) => [fault.what, fault] as const))('%s', async (_, fault) => {
    await expectCleanEnd(fault)
  })

  it('does all of it at the same time', async () => {
    const rounds = Array.from({ length: 4 }, () => FAULTS).flat()
    await Promise.all(rounds.map(expectCleanEnd))
  })

  it('leaves all the good calls alone', async () => {
    expect(await background.stop()).toBeGreaterThan(200)
  })

  it('answers before the content is there: its answer counts, and the rest of the content is no request', async () => {
    const [tag, next] = [newTag('early'), newTag('next')]
    const early = await startEarly()
    const caller = await openCaller(early.url)
    const hidden = taggedRequest(early.token, newTag('hidden'))
    caller.send(
      fillIn(
        early,
        `POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\nContent-Length: ${100_000 + hidden.length}\r\n\r\n`,
        tag,
      ),
    )
    // So much that the gateway has begun to pass it on.
    caller.send('x'.repeat(80_000))
    const answer = await caller.answer('POST')
    expect([answer.status, valuesOf(answer.fields, 'x-tag')]).toEqual([200, [tag]])
    caller.send(`${'x'.repeat(20_000)}${hidden}${taggedRequest(early.token, next)}`)
    const after = await caller.answer()
    if (after.status !== 0) expect([after.status, valuesOf(after.fields, 'x-tag')]).toEqual([200, [next]])
    expect(early.tags.filter((each) => !/^(?:early|next)/.test(each))).toEqual([])
    caller.destroy()
    await early.stop()
  })
})

/** An upstream that answers as soon as it has a head, and keeps the tag of the first request of each connection. */
async function startEarly(): Promise<WireScene & { readonly tags: readonly string[] }> {
  const tags: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes: Buffer) => {
      const tag = /x-tag: (\S+)/i.exec(bytes.toString('latin1'))?.[1] ?? ''
      tags.push(tag)
      socket.resume().end(tagged(tag))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const close = (): Promise<void> => new Promise((done) => server.close(() => done()))
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const upstream: WireUpstream = { url, received: [], unreadable: [], connections: () => tags.length, close }
  return { ...(await startWireScene({ upstream })), tags }
}
