import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { call, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { startHeld, startRawUpstream, tagged } from './test/raw-upstream.ts'

const LONG_ANSWER = `HTTP/1.1 200 OK\r\ncontent-length: 8000000\r\n\r\n${'x'.repeat(8_000_000)}`

/** Answers GET at length, and everything else at once. */
const startLong = () =>
  keep(
    startRawUpstream((socket, { tag, head }) =>
      socket.write(head.startsWith('GET') ? LONG_ANSWER : tagged(tag)),
    ),
  )

it('whoever does not take an answer makes room for others, who come before more of the same', async () => {
  const upstream = await startLong()
  const pool = poolTo(upstream.port, { connectionsMax: 2 })
  const stalled = Array.from({ length: 6 }, () =>
    call(pool, newTag(), { caller: 'slow', sink: { onData: () => false } }),
  )
  await until(() => stalled.filter(({ sofar }) => sofar.bytes > 0).length === 2)
  const good = call(pool, newTag(), { caller: 'good', method: 'DELETE' })
  expect((await good.heard).words.at(-1)).toBe('end')
  const ended = stalled.filter(({ sofar }) => sofar.words.includes('error'))
  expect(ended.length).toBeGreaterThan(0)
  // The other four of the same caller were there before it.
  expect(ended.length).toBeLessThanOrEqual(2)
  expect(await ended[0]?.heard).toMatchObject({ error: 'overloaded' })
  for (const { exchange } of stalled) exchange.abort()
  await pool.close()
})

it('whoever has most connections and takes no answer leaves some to others, who wait for nothing', async () => {
  const upstream = await startLong()
  const pool = poolTo(upstream.port, { connectionsMax: 8 })
  const sink = { onData: () => false }
  const stalled = Array.from({ length: 20 }, () => call(pool, newTag(), { caller: 'slow', sink }))
  await until(() => stalled.filter(({ sofar }) => sofar.bytes > 0).length === 6)
  expect(pool.stats()).toMatchObject({ open: 6, waiting: 14 })
  for (let round = 0; round < 20; round += 1) {
    const good = [0, 1].map(() => call(pool, newTag(), { caller: 'good', method: 'DELETE' }).heard)
    for (const { words } of await Promise.all(good)) expect(words.at(-1)).toBe('end')
  }
  // Nobody had to be ended for that.
  expect(stalled.filter(({ sofar }) => sofar.words.includes('error'))).toEqual([])
  for (const { exchange } of stalled) exchange.abort()
  await pool.close()
})

it('whoever sends a body byte by byte makes room, and whoever sends it at a fair pace does not', async () => {
  const upstream = await startLong()
  const pool = poolTo(upstream.port, { connectionsMax: 2 })
  const drip = new Readable({ read: () => undefined })
  const flow = new Readable({ read: () => undefined })
  const timer = setInterval(() => {
    drip.push('x')
    flow.push(Buffer.alloc(65_536))
  }, 20)
  const slow = call(pool, newTag(), {
    caller: 'slow',
    method: 'POST',
    body: { kind: 'stream', content: drip, length: undefined },
  })
  const fair = call(pool, newTag(), {
    caller: 'fair',
    method: 'POST',
    body: { kind: 'stream', content: flow, length: undefined },
  })
  await until(() => pool.stats().open === 2)
  const good = call(pool, newTag(), { caller: 'good', method: 'DELETE' })
  expect((await good.heard).words.at(-1)).toBe('end')
  expect(await slow.heard).toMatchObject({ error: 'overloaded' })
  expect(fair.sofar.words).toEqual([])
  clearInterval(timer)
  flow.push(null)
  expect((await fair.heard).words.at(-1)).toBe('end')
  await pool.close()
})

it('who waits most gives up a place to others when there are no more', async () => {
  const { starting, held } = startHeld()
  const upstream = await keep(starting)
  const pool = poolTo(upstream.port, { connectionsMax: 1, waitingMax: 3 })
  const many = Array.from({ length: 4 }, () => call(pool, newTag(), { caller: 'many' }))
  await until(() => held.length === 1)
  const one = call(pool, newTag(), { caller: 'one' })
  expect(await many[3]?.heard).toMatchObject({ error: 'overloaded' })
  for (let at = 0; at < 4; at += 1) {
    await until(() => held.length > at)
    held[at]?.()
  }
  expect((await one.heard).words.at(-1)).toBe('end')
  expect((await many[2]?.heard)?.words.at(-1)).toBe('end')
  await pool.close()
})
