import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { UpstreamBody } from './exchange-upstream.ts'
import { call, expectAnswered, keepResuming, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { startHeld, startRawUpstream, startSockets, tagged } from './test/raw-upstream.ts'

function stream(pieces: readonly string[], length: number | undefined): UpstreamBody {
  return { kind: 'stream', content: Readable.from(pieces.map((piece) => Buffer.from(piece))), length }
}

const echo = () => keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))

describe('a request leaves', () => {
  const large = 'x'.repeat(3_000_000)
  const requests: readonly [
    name: string,
    method: string,
    body: UpstreamBody,
    framing: string,
    content: string,
  ][] = [
    ['without a body', 'GET', { kind: 'none' }, '', ''],
    ['without a body where one is expected', 'POST', { kind: 'none' }, 'content-length: 0\r\n', ''],
    ['with DELETE and no body', 'DELETE', { kind: 'none' }, '', ''],
    [
      'with a small body',
      'POST',
      { kind: 'held', content: Buffer.from('hello') },
      'content-length: 5\r\n',
      'hello',
    ],
    ['with an empty body', 'POST', { kind: 'held', content: Buffer.from('') }, 'content-length: 0\r\n', ''],
    [
      'with a large body',
      'PUT',
      { kind: 'held', content: Buffer.from(large) },
      'content-length: 3000000\r\n',
      large,
    ],
    ['with a stream of known length', 'POST', stream(['hel', '', 'lo'], 5), 'content-length: 5\r\n', 'hello'],
    ['with a stream of no length', 'POST', stream([], 0), 'content-length: 0\r\n', ''],
    [
      'with a stream',
      'POST',
      stream(['hel', '', 'lo'], undefined),
      'transfer-encoding: chunked\r\n',
      'hello',
    ],
    ['with a stream of nothing', 'POST', stream([], undefined), 'transfer-encoding: chunked\r\n', ''],
    [
      'with a large stream',
      'POST',
      stream(
        Array.from({ length: 30 }, () => 'x'.repeat(100_000)),
        undefined,
      ),
      'transfer-encoding: chunked\r\n',
      large,
    ],
  ]
  it.each(requests)('%s', async (_name, method, body, framing, content) => {
    const upstream = await echo()
    const pool = poolTo(upstream.port)
    const tag = newTag()
    expect(await call(pool, tag, { method, body }).heard).toMatchObject({
      body: `answer to ${tag}`,
      words: ['head', 'end'],
    })
    if (body.kind === 'stream' && body.length !== undefined) await until(() => body.content.readableEnded)
    const [seen] = upstream.requests
    expect(seen?.head).toBe(`${method} /v1/${tag} HTTP/1.1\r\nhost: upstream\r\n${framing}\r\n`)
    expect(seen?.body.toString('latin1') === content).toBe(true)
    // And the connection is still right.
    expect((await call(pool, 'next').heard).body).toBe('answer to next')
    expect(upstream.connections()).toBe(1)
    await pool.close()
  })
})

it('a head with a character that is no byte is not sent, for half of it could be the end of a line', async () => {
  const upstream = await echo()
  const pool = poolTo(upstream.port)
  const called = call(pool, 'a HTTP/1.1\u010d\u010aevil: b\u010d\u010ax:')
  expect(called.sofar.words).toEqual([])
  expect(await called.heard).toMatchObject({ error: 'unreachable', words: ['error'] })
  await call(pool, 'caf\u00e9').heard
  expect(upstream.requests.map(({ tag }) => tag)).toEqual(['caf\u00e9'])
  await pool.close()
})

describe('a body of another length than it was said to have', () => {
  const failing = (): Readable => {
    const content = new Readable({ read: () => undefined })
    content.push(Buffer.from('hel'))
    setImmediate(() => content.destroy(new Error('the caller went away')))
    return content
  }
  const closed = (): Readable => new Readable({ read: () => undefined }).destroy()
  const bodies: readonly [name: string, body: () => UpstreamBody][] = [
    ['too short', () => stream(['hel'], 5)],
    ['too long', () => stream(['hel', 'lo!'], 5)],
    ['too long after the last byte', () => stream(['hello', '!'], 5)],
    ['longer than nothing', () => stream(['!'], 0)],
    ['failing, of known length', () => ({ kind: 'stream', content: failing(), length: 5 })],
    ['failing', () => ({ kind: 'stream', content: failing(), length: undefined })],
    ['closed before', () => ({ kind: 'stream', content: closed(), length: undefined })],
    ['of strings', () => ({ kind: 'stream', content: Readable.from(['text']), length: undefined })],
  ]
  it.each(bodies)('%s breaks its connection, and is no request', async (_name, body) => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => {
        if (tag !== 'bad') socket.write(tagged(tag))
      }),
    )
    const pool = poolTo(upstream.port, { connectionsMax: 1 })
    await call(pool, 'good').heard
    const bad = call(pool, 'bad', { method: 'POST', body: body() })
    expect(bad.sofar.words).toEqual([])
    expect(await bad.heard).toMatchObject({ error: 'body_failed', words: ['error'] })
    expect((await call(pool, 'next').heard).body).toBe('answer to next')
    expect(upstream.connections()).toBe(2)
    await pool.close()
    for (const { tag, body: seen } of upstream.requests)
      if (tag === 'bad') expect(['hello', '']).toContain(String(seen))
  })
})

it('what a stream has beyond its length never leaves: it would be the next request', async () => {
  let seen = ''
  const upstream = await keep(
    startSockets((socket) => {
      socket.on('data', (bytes) => {
        seen += bytes.toString('latin1')
      })
    }),
  )
  const pool = poolTo(upstream.port)
  for (const pieces of [['hel', 'loGET /evil'], ['hello', 'GET /evil'], ['helloGET /evil']])
    expect(await call(pool, 'bad', { method: 'POST', body: stream(pieces, 5) }).heard).toMatchObject({
      error: 'body_failed',
    })
  await pool.close()
  await until(() => upstream.sockets.every(({ closed }) => closed))
  expect(seen).toContain('POST /v1/bad')
  expect(seen).not.toContain('evil')
})

it('a stream whose length was known may end after its answer', async () => {
  const upstream = await echo()
  const pool = poolTo(upstream.port)
  const content = new Readable({ read: () => undefined })
  content.push(Buffer.from('hello'))
  expect(
    await call(pool, 'all', { method: 'POST', body: { kind: 'stream', content, length: 5 } }).heard,
  ).toMatchObject({
    body: 'answer to all',
  })
  expect(content.readableEnded).toBe(false)
  content.push(null)
  await until(() => content.readableEnded)
  await expectAnswered(pool)
  expect(upstream.connections()).toBe(1)
  await pool.close()
})

it('a body that fails while its call waits for a connection is a body that failed', async () => {
  const { starting, held } = startHeld()
  const upstream = await keep(starting)
  const pool = poolTo(upstream.port, { connectionsMax: 1 })
  const first = call(pool, 'first')
  await until(() => held.length === 1)
  const content = new Readable({ read: () => undefined })
  const bad = call(pool, 'bad', { method: 'POST', body: { kind: 'stream', content, length: undefined } })
  content.destroy(new Error('the caller went away'))
  await until(() => content.closed)
  held[0]?.()
  await first.heard
  expect(await bad.heard).toMatchObject({ error: 'body_failed', words: ['error'] })
  await pool.close()
  expect(upstream.requests.map(({ tag }) => tag)).toEqual(['first'])
})

describe('an answer before the request is whole', () => {
  it('is passed on, the rest of the body is not read, and the connection ends', async () => {
    const upstream = await keep(
      startSockets((socket, connection) => {
        socket.on('data', (bytes) => {
          if (connection > 0) socket.write(tagged('next'))
          else if (bytes.includes('first piece'))
            socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig')
        })
      }),
    )
    const pool = poolTo(upstream.port)
    const content = new Readable({ read: () => undefined })
    content.push(Buffer.from('first piece'))
    const early = await call(pool, 'early', {
      method: 'POST',
      body: { kind: 'stream', content, length: undefined },
    }).heard
    expect(early).toMatchObject({ answer: { status: 413 }, body: 'big', words: ['head', 'end'] })
    expect(content.isPaused()).toBe(true)
    expect(content.destroyed).toBe(false)
    expect(pool.stats()).toMatchObject({ open: 0 })
    expect((await call(pool, 'next').heard).body).toBe('answer to next')
    content.destroy()
    await pool.close()
  })

  it('ends the connection also where the body is held and still leaving', async () => {
    const upstream = await keep(
      startSockets((socket, connection) => {
        socket.once('data', () => {
          socket.pause()
          socket.write(tagged(`early-${connection}`))
        })
      }),
    )
    const pool = poolTo(upstream.port)
    const body = { kind: 'held', content: Buffer.alloc(64 * 1024 * 1024) } as const
    expect((await call(pool, 'early', { method: 'POST', body }).heard).body).toBe('answer to early-0')
    expect(pool.stats()).toMatchObject({ open: 0 })
    expect((await call(pool, 'next').heard).body).toBe('answer to early-1')
    await pool.close()
  })

  it('in pieces sends nothing of the body after its head', async () => {
    let seen = ''
    const upstream = await keep(
      startSockets((socket) => {
        socket.on('data', (bytes) => {
          seen += bytes.toString('latin1')
          if (seen.includes('first')) socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nb')
        })
      }),
    )
    const pool = poolTo(upstream.port)
    const content = new Readable({ read: () => undefined })
    content.push(Buffer.from('first'))
    const early = call(pool, 'early', { method: 'POST', body: { kind: 'stream', content, length: 11 } })
    await until(() => early.sofar.words.length === 1)
    content.push(Buffer.from('second'))
    upstream.sockets[0]?.write('ig')
    expect(await early.heard).toMatchObject({ body: 'big', words: ['head', 'end'] })
    await pool.close()
    expect(seen).not.toContain('second')
    content.destroy()
  })
})

describe('nobody holds more than there is room for', () => {
  const TOTAL = 64 * 1024 * 1024

  it('when the one who gets the answer is slow; and that is not the fault of the upstream', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => {
        if (tag === 'silent') return
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${TOTAL}\r\n\r\n`)
        const piece = Buffer.alloc(65_536, 'x')
        let left = TOTAL
        const send = (): void => {
          while (left > 0) {
            left -= piece.length
            if (!socket.write(piece)) return
          }
        }
        socket.on('drain', send)
        send()
      }),
    )
    const pool = poolTo(upstream.port, { connectMs: 100, answerMs: 200, idleMs: 100 })
    const stalled = call(pool, 'large', { sink: { onData: () => false } })
    await until(() => stalled.sofar.bytes > 0 && (upstream.sockets[0]?.writableLength ?? 0) > 0)
    // Twice the time in which an upstream that is silent is given up.
    for (let round = 0; round < 2; round += 1)
      expect(await call(pool, 'silent').heard).toMatchObject({ error: 'timeout' })
    expect(stalled.sofar.bytes).toBeLessThanOrEqual(65_536)
    expect(upstream.sockets[0]?.bytesWritten).toBeLessThan(TOTAL / 2)
    expect(stalled.sofar.words).toEqual(['head'])
    keepResuming(stalled)
    expect(await stalled.heard).toMatchObject({ words: ['head', 'end'] })
    expect(stalled.sofar.bytes).toBe(TOTAL)
    await pool.close()
  })

  it('when resume() is called before onData has returned', async () => {
    const upstream = await keep(
      startRawUpstream((socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_000_000)}`)),
    )
    const pool = poolTo(upstream.port)
    const onData = (): boolean => {
      setImmediate(() => called.exchange.resume())
      called.exchange.resume()
      return false
    }
    const called = call(pool, 'large', { sink: { onData } })
    expect(await called.heard).toMatchObject({ words: ['head', 'end'] })
    expect(called.sofar.bytes).toBe(1_000_000)
    await pool.close()
  })

  it('when the upstream does not read', async () => {
    const upstream = await keep(startSockets(() => undefined))
    const pool = poolTo(upstream.port, { connectMs: 300, answerMs: 20_000, idleMs: 300 })
    let produced = 0
    const content = new Readable({
      read() {
        produced += 65_536
        this.push(produced > TOTAL ? null : Buffer.alloc(65_536))
      },
    })
    const heard = await call(pool, 'up', { method: 'POST', body: { kind: 'stream', content, length: TOTAL } })
      .heard
    expect(heard).toMatchObject({ error: 'timeout', words: ['error'] })
    expect(produced).toBeLessThan(TOTAL / 2)
    expect(content.listenerCount('data')).toBe(0)
    await pool.close()
  })

  it('when a body of 64 MB goes up', async () => {
    let received = 0
    const upstream = await keep(
      startSockets((socket) => {
        socket.on('data', (bytes) => {
          received += bytes.length
          if (received > TOTAL) socket.write(tagged('up'))
        })
      }),
    )
    const pool = poolTo(upstream.port)
    let left = TOTAL
    const content = new Readable({
      read() {
        left -= 65_536
        this.push(left < 0 ? null : Buffer.alloc(65_536))
      },
    })
    const body = { kind: 'stream', content, length: TOTAL } as const
    expect(await call(pool, 'up', { method: 'POST', body }).heard).toMatchObject({ error: undefined })
    expect(received).toBeGreaterThan(TOTAL)
    await pool.close()
  })
})
