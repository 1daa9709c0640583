import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { valueAt } from '#gateway/wire/field-section.ts'
import { call, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { startRawUpstream, startSockets, tagged } from './test/raw-upstream.ts'

// Guarantee: whatever an upstream does, a call gets its own answer whole, or one error; what the fault left on the wire reaches no
// other call.

const SHORT = { connectMs: 300, answerMs: 300, idleMs: 300 }
const HEAD = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`

type Fault = readonly [
  name: string,
  behave: (socket: Socket) => void,
  error: 'unreachable' | 'timeout' | 'answer_invalid',
  words: string[],
]

/** Sends a byte now and then, for ever. */
function drip(socket: Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 5)
  socket.on('close', () => clearInterval(timer))
}

function reset(socket: Socket, text: string): void {
  socket.write(text, () => socket.resetAndDestroy())
}

const BEFORE = ['error']
const WITHIN = ['head', 'error']
const FAULTS: readonly Fault[] = [
  ['closes before it answers', (socket) => socket.end(), 'unreachable', BEFORE],
  ['resets before it answers', (socket) => socket.resetAndDestroy(), 'unreachable', BEFORE],
  ['says nothing', () => undefined, 'timeout', BEFORE],
  ['closes within the status line', (socket) => socket.end('HTTP/1.'), 'unreachable', BEFORE],
  ['closes within the head', (socket) => socket.end(`${HEAD}content-le`), 'unreachable', BEFORE],
  ['resets within the head', (socket) => reset(socket, `${HEAD}content-le`), 'unreachable', BEFORE],
  ['says nothing after half a head', (socket) => socket.write(`${HEAD}x`), 'timeout', BEFORE],
  [
    'sends its head a byte at a time, without end',
    (socket) => {
      socket.write(HEAD)
      drip(socket, 'x: y\r\n')
    },
    'timeout',
    BEFORE,
  ],
  [
    'closes after the head',
    (socket) => socket.end(`${HEAD}content-length: 9\r\n\r\n`),
    'unreachable',
    WITHIN,
  ],
  [
    'closes within the body',
    (socket) => socket.end(`${HEAD}content-length: 9\r\n\r\nhalf`),
    'unreachable',
    WITHIN,
  ],
  [
    'resets within the body',
    (socket) => reset(socket, `${HEAD}content-length: 9\r\n\r\nhalf`),
    'unreachable',
    WITHIN,
  ],
  [
    'says nothing within the body',
    (socket) => socket.write(`${HEAD}content-length: 9\r\n\r\nhalf`),
    'timeout',
    WITHIN,
  ],
  ['closes within a chunk', (socket) => socket.end(`${CHUNKED}9\r\nhalf`), 'unreachable', WITHIN],
  ['closes before the last chunk', (socket) => socket.end(`${CHUNKED}4\r\nhalf\r\n`), 'unreachable', WITHIN],
  [
    'closes within the trailers',
    (socket) => socket.end(`${CHUNKED}0\r\nx-sum: 7\r\n`),
    'unreachable',
    WITHIN,
  ],
  [
    'says nothing before the last chunk',
    (socket) => socket.write(`${CHUNKED}4\r\nhalf\r\n`),
    'timeout',
    WITHIN,
  ],
  [
    'resets a body that the close would end',
    (socket) => reset(socket, `${HEAD}\r\nhalf`),
    'unreachable',
    WITHIN,
  ],
  [
    'says nothing in a body that the close would end',
    (socket) => socket.write(`${HEAD}\r\nhalf`),
    'timeout',
    WITHIN,
  ],
  [
    'speaks another language',
    (socket) => socket.write('220 mail.example ESMTP\r\n\r\n'),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends a status of nonsense',
    (socket) => socket.write('HTTP/1.1 abc OK\r\n\r\n'),
    'answer_invalid',
    BEFORE,
  ],
  [
    'speaks HTTP/2',
    (socket) => socket.write('\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05', 'latin1'),
    'answer_invalid',
    BEFORE,
  ],
  [
    'changes the protocol',
    (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends interim answers without end',
    (socket) => drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n'),
    'timeout',
    BEFORE,
  ],
  [
    'sends many interim answers',
    (socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends two lengths',
    (socket) => socket.write(`${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends a length and chunks',
    (socket) => socket.write(`${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends an unknown coding',
    (socket) => socket.write(`${HEAD}transfer-encoding: gzip\r\n\r\nab`),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends a folded line',
    (socket) => socket.write(`${HEAD}x: a\r\n b\r\ncontent-length: 0\r\n\r\n`),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends an endless head',
    (socket) => socket.write(`${HEAD}x: ${'a'.repeat(50_000)}`),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends an endless head of many lines',
    (socket) => socket.write(HEAD + 'x: y\r\n'.repeat(9_000)),
    'answer_invalid',
    BEFORE,
  ],
  [
    'sends an endless chunk extension',
    (socket) => socket.write(`${CHUNKED}4;x=${'y'.repeat(50_000)}`),
    'answer_invalid',
    WITHIN,
  ],
  [
    'sends a chunk size that is none',
    (socket) => socket.write(`${CHUNKED}-4\r\nhalf\r\n`),
    'answer_invalid',
    WITHIN,
  ],
  [
    'sends a chunk longer than its size',
    (socket) => socket.write(`${CHUNKED}3\r\nhalf\r\n0\r\n\r\n`),
    'answer_invalid',
    WITHIN,
  ],
  [
    'sends endless trailers',
    (socket) => socket.write(`${CHUNKED}0\r\n${'x: y\r\n'.repeat(9_000)}`),
    'answer_invalid',
    WITHIN,
  ],
]

describe('an upstream that', () => {
  it.each(FAULTS)('%s', async (_name, behave, error, words) => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => (tag === 'fault' ? behave(socket) : socket.write(tagged(tag)))),
    )
    const pool = poolTo(upstream.port, SHORT)
    const faulty = call(pool, 'fault', { method: 'POST' })
    const tags = [newTag(), newTag()]
    const besides = tags.map((tag) => call(pool, tag).heard)
    expect(await faulty.heard).toMatchObject({ error, words })
    for (const [at, heard] of besides.entries()) expect((await heard).body).toBe(`answer to ${tags[at]}`)
    const tag = newTag()
    expect(await call(pool, tag).heard).toMatchObject({ body: `answer to ${tag}`, words: ['head', 'end'] })
    await pool.close()
    expect(faulty.sofar.words).toEqual(words)
    expect(upstream.requests.filter((request) => request.tag === 'fault')).toHaveLength(1)
  })

  it('closes whatever connects is not reached', async () => {
    const upstream = await keep(startSockets((socket) => socket.resetAndDestroy()))
    const pool = poolTo(upstream.port, SHORT)
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'unreachable', words: BEFORE })
    await pool.close()
  })

  it('has a name that nobody knows is not reached', async () => {
    const pool = poolTo(1, { hostname: 'nobody.invalid' })
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'unreachable', words: BEFORE })
    expect(pool.stats()).toMatchObject({ open: 0, failed: 1 })
    await pool.close()
  })
})

describe('bytes after an answer reach no other call', () => {
  it.each([
    ['two answers at once', (tag: string) => tagged(tag) + tagged('another')],
    [
      'a body longer than its length',
      (tag: string) => `${tagged(tag)}${tagged('another')}`.replace(/\r\n\r\n$/, ''),
    ],
    [
      'a body for 204',
      (tag: string) => `HTTP/1.1 204 No Content\r\nx-tag: ${tag}\r\n\r\n${tagged('another')}`,
    ],
    ['a line after it', (tag: string) => `${tagged(tag)}\r\n`],
    ['an interim answer after it', (tag: string) => `${tagged(tag)}HTTP/1.1 100 Continue\r\n\r\n`],
  ])('%s', async (_name, answer) => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(answer(tag))))
    const pool = poolTo(upstream.port, { connectionsMax: 1 })
    const tags = Array.from({ length: 8 }, newTag)
    const all = await Promise.all(tags.map((tag) => call(pool, tag).heard))
    expect(all.map(({ answer }) => answer && valueAt(answer.fields, 0))).toEqual(tags)
    expect(upstream.connections()).toBe(8)
    await pool.close()
  })

  it('a body for HEAD', async () => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port, { connectionsMax: 1 })
    const head = await call(pool, 'head', { method: 'HEAD' }).heard
    expect(head).toMatchObject({ body: '', words: ['head', 'end'] })
    expect(await call(pool, 'next').heard).toMatchObject({ body: 'answer to next' })
    expect(upstream.connections()).toBe(2)
    await pool.close()
  })

  it('a late answer to a call that was aborted, or that took too long', async () => {
    const late: (() => void)[] = []
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => {
        if (tag === 'late') late.push(() => socket.write(tagged('late')))
        else socket.write(tagged(tag))
      }),
    )
    const pool = poolTo(upstream.port, { ...SHORT, connectionsMax: 1 })
    const slow = call(pool, 'late')
    expect(await slow.heard).toMatchObject({ error: 'timeout' })
    const { exchange, sofar } = call(pool, 'late')
    await until(() => late.length === 2)
    exchange.abort()
    for (const answer of late) answer()
    for (let round = 0; round < 5; round += 1) {
      const tag = newTag()
      expect((await call(pool, tag).heard).body).toBe(`answer to ${tag}`)
    }
    await pool.close()
    expect([slow.sofar.words, sofar.words]).toEqual([['error'], []])
  })
})

describe('answers that are odd but right', () => {
  it('HTTP/1.0 that ends with its connection', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => socket.end(`HTTP/1.0 200 OK\r\n\r\nanswer to ${tag}`)),
    )
    const pool = poolTo(upstream.port)
    for (const tag of [newTag(), newTag()])
      expect(await call(pool, tag).heard).toMatchObject({ body: `answer to ${tag}`, words: ['head', 'end'] })
    await pool.close()
  })

  it('a byte at a time, with interim answers, chunks and trailers', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => {
        const text = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${CHUNKED}3;a="b"\r\nyou\r\n2\r\nrs\r\n0\r\nx-tag: ${tag}\r\n\r\n`
        const bytes = text.split('')
        const next = (): void => {
          const byte = bytes.shift()
          if (byte !== undefined) socket.write(byte, () => setImmediate(next))
        }
        next()
      }),
    )
    const pool = poolTo(upstream.port)
    for (const tag of [newTag(), newTag()]) {
      const heard = await call(pool, tag).heard
      expect(heard).toMatchObject({
        interim: [103],
        body: 'yours',
        trailers: ['x-tag', tag],
        error: undefined,
      })
    }
    expect(upstream.connections()).toBe(1)
    await pool.close()
  })
})
