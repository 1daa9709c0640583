import { describe, expect, it } from 'vitest'
import { call, expectAnswered, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { type SeenRequest, startHeld, startRawUpstream, startSockets, tagged } from './test/raw-upstream.ts'

describe('connections', () => {
  it('are used again, one call after the other, each with its own answer', async () => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port)
    for (let round = 0; round < 20; round += 1) await expectAnswered(pool)
    expect(upstream.connections()).toBe(1)
    expect(pool.stats()).toMatchObject({ open: 1, idle: 1, waiting: 0, opened: 1, failed: 0 })
    await pool.close()
  })

  it('carry one call each at a time', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port)
    const tags = [newTag(), newTag(), newTag()]
    const calls = tags.map((tag) => call(pool, tag))
    await until(() => held.length === 3)
    expect(upstream.connections()).toBe(3)
    for (const answer of held.toReversed()) answer()
    for (const [at, { heard }] of calls.entries()) expect((await heard).body).toBe(`answer to ${tags[at]}`)
    await pool.close()
  })

  it('the one used last is the first to be used again', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port)
    const first = call(pool, newTag())
    await until(() => held.length === 1)
    const second = call(pool, newTag())
    await until(() => held.length === 2)
    held[1]?.()
    await second.heard
    held[0]?.()
    await first.heard
    const third = call(pool, newTag())
    await until(() => held.length === 3)
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([0, 1, 0])
    held[2]?.()
    await third.heard
    await pool.close()
  })

  it.each([
    ['says connection: close', (tag: string) => tagged(tag).replace('x-tag', 'connection: close\r\nx-tag')],
    ['is HTTP/1.0', (tag: string) => tagged(tag).replace('HTTP/1.1', 'HTTP/1.0')],
    [
      'gives no second',
      (tag: string) => tagged(tag).replace('x-tag', 'keep-alive: timeout=1, max=5\r\nx-tag'),
    ],
  ])('are not used again after an answer that %s', async (_name, answer) => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(answer(tag))))
    const pool = poolTo(upstream.port)
    for (let round = 0; round < 3; round += 1) await expectAnswered(pool)
    expect(upstream.connections()).toBe(3)
    expect(pool.stats()).toMatchObject({ idle: 0 })
    await pool.close()
  })

  it('go to a name that has several addresses', async () => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port, { hostname: 'localhost' })
    for (let round = 0; round < 3; round += 1) await expectAnswered(pool)
    expect(upstream.connections()).toBe(1)
    await pool.close()
  })

  it('close when they were idle for long enough', async () => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port, { connectMs: 200, idleKeptMs: 100 })
    await expectAnswered(pool)
    await until(() => pool.stats().open === 0)
    expect(pool.stats().idle).toBe(0)
    await expectAnswered(pool)
    expect(upstream.connections()).toBe(2)
    await pool.close()
  })

  it.each([
    ['bytes came that nobody asked for', (port: typeof tagged) => port('nobody')],
    ['one stray byte came', () => '\n'],
  ])('are thrown away when %s', async (_name, stray) => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port)
    await expectAnswered(pool)
    upstream.sockets[0]?.write(stray(tagged))
    await until(() => pool.stats().open === 0)
    expect(pool.stats().idle).toBe(0)
    await expectAnswered(pool)
    expect(upstream.connections()).toBe(2)
    await pool.close()
  })

  it.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'are thrown away after %s while idle',
    async (how) => {
      const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
      const pool = poolTo(upstream.port)
      await expectAnswered(pool)
      upstream.sockets[0]?.[how]()
      await until(() => pool.stats().open === 0)
      await expectAnswered(pool)
      expect(pool.stats()).toMatchObject({ idle: 1, sentAgain: 0 })
      await pool.close()
    },
  )
})

describe('the limits', () => {
  it('calls wait for a connection, the first to come is the first to go, and those that are too many are refused', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port, { connectionsMax: 2, waitingMax: 3 })
    const tags = Array.from({ length: 6 }, newTag)
    const calls = tags.map((tag) => call(pool, tag))
    expect(calls[5]?.sofar.words).toEqual([])
    expect(await calls[5]?.heard).toMatchObject({ error: 'overloaded', words: ['error'] })
    expect(pool.stats()).toMatchObject({ open: 2, waiting: 3 })
    for (let at = 0; at < 5; at += 1) {
      await until(() => held.length > at)
      held[at]?.()
    }
    for (let at = 0; at < 5; at += 1) expect((await calls[at]?.heard)?.body).toBe(`answer to ${tags[at]}`)
    expect(upstream.requests.slice(2).map(({ tag }) => tag)).toEqual(tags.slice(2, 5))
    expect(upstream.connections()).toBe(2)
    await pool.close()
  })

  it('a call that waits too long for a connection is told so, and is never sent', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port, { connectionsMax: 1, connectMs: 300 })
    const first = call(pool, newTag())
    await until(() => held.length === 1)
    const second = call(pool, newTag())
    expect(await second.heard).toMatchObject({ error: 'timeout', words: ['error'] })
    held[0]?.()
    await first.heard
    const answered = expectAnswered(pool)
    await until(() => held.length === 2)
    held[1]?.()
    await answered
    expect(upstream.requests).toHaveLength(2)
    await pool.close()
  })

  it('a connection that closes makes room for the next call that waits', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => (tag === 'bad' ? socket.destroy() : socket.write(tagged(tag)))),
    )
    const pool = poolTo(upstream.port, { connectionsMax: 1 })
    const bad = call(pool, 'bad')
    const good = call(pool, 'good')
    expect(await bad.heard).toMatchObject({ error: 'unreachable' })
    expect(await good.heard).toMatchObject({ body: 'answer to good' })
    await pool.close()
  })
})

describe('an upstream that cannot be connected to', () => {
  it('is not tried for a while after five failures, for calls that wait as well, and then serves again', async () => {
    const upstream = await keep(startSockets(() => undefined))
    await upstream.stop()
    const pool = poolTo(upstream.port, { connectionsMax: 1, connectMs: 3_000 })
    const calls = Array.from({ length: 9 }, () => call(pool, newTag()))
    for (const { heard } of calls)
      expect(await heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    expect(pool.stats()).toMatchObject({ open: 0, waiting: 0, opened: 5, failed: 5 })
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'unreachable' })
    expect(pool.stats()).toMatchObject({ opened: 5 })
    await pool.close()
  })
})

describe('close()', () => {
  it('waits for what runs and what waits, and takes no more', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port, { connectionsMax: 1 })
    const running = call(pool, 'running')
    const waiting = call(pool, 'waiting')
    await until(() => held.length === 1)
    const words: string[] = []
    const closed = pool.close().then(() => words.push('closed'))
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    held[0]?.()
    expect((await running.heard).body).toBe('answer to running')
    await until(() => held.length === 2)
    expect(words).toEqual([])
    held[1]?.()
    expect((await waiting.heard).body).toBe('answer to waiting')
    await closed
    expect(pool.stats()).toMatchObject({ open: 0, idle: 0, waiting: 0 })
    expect(upstream.connections()).toBe(1)
  })

  it('resolves at once where nothing runs, also a second time', async () => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port)
    await pool.close()
    const other = poolTo(upstream.port)
    await expectAnswered(other)
    await Promise.all([other.close(), other.close()])
    expect(other.stats()).toMatchObject({ open: 0 })
  })
})

it('a thousand calls at once over sixteen connections each get their own answer', async () => {
  const seen: SeenRequest[] = []
  const upstream = await keep(
    startRawUpstream((socket, request) => {
      seen.push(request)
      const answer = tagged(request.tag)
      const half = seen.length % answer.length
      socket.write(answer.slice(0, half))
      setImmediate(() => socket.write(answer.slice(half)))
    }),
  )
  const pool = poolTo(upstream.port, { connectionsMax: 16 })
  const tags = Array.from({ length: 1_000 }, newTag)
  const all = await Promise.all(
    tags.map((tag, index) => call(pool, tag, { caller: `caller-${index % 2}` }).heard),
  )
  expect(all.map(({ body }) => body)).toEqual(tags.map((tag) => `answer to ${tag}`))
  expect(upstream.connections()).toBe(16)
  await pool.close()
})
