import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { call, expectAnswered, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { startHeld, startRawUpstream, startSockets, tagged } from './test/raw-upstream.ts'
import type { UpstreamPool } from './upstream-pool.ts'

async function expectAnsweredBy(held: (() => void)[], pool: UpstreamPool): Promise<void> {
  const before = held.length
  const answered = expectAnswered(pool)
  await until(() => held.length > before)
  held[before]?.()
  await answered
}

describe('a call that is aborted', () => {
  const stages: readonly [string, (tag: string) => string, string[]][] = [
    ['before its answer', () => '', []],
    ['within the head', () => 'HTTP/1.1 200 OK\r\nx-tag', []],
    ['within the body', () => 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', ['head']],
  ]
  it.each(stages)('%s hears nothing more, and its connection is gone', async (_name, answer, words) => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => socket.write(tag === 'gone' ? answer(tag) : tagged(tag))),
    )
    const pool = poolTo(upstream.port)
    await expectAnswered(pool)
    const { exchange, sofar } = call(pool, 'gone')
    await until(() => upstream.requests.length === 2 && sofar.words.length === words.length)
    exchange.abort()
    exchange.abort()
    exchange.resume()
    await expectAnswered(pool)
    expect(upstream.connections()).toBe(2)
    await pool.close()
    expect(sofar.words).toEqual(words)
  })

  it('while it connects or waits is never sent', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port, { connectionsMax: 1 })
    const connecting = call(pool, 'gone')
    const waiting = call(pool, 'gone')
    waiting.exchange.abort()
    connecting.exchange.abort()
    expect(pool.stats()).toMatchObject({ open: 0, waiting: 0, failed: 0 })
    await expectAnsweredBy(held, pool)
    expect(upstream.requests.map(({ tag }) => tag)).not.toContain('gone')
    await pool.close()
    expect([...connecting.sofar.words, ...waiting.sofar.words]).toEqual([])
  })

  it.each(['onHead', 'onData'] as const)('in %s hears nothing more of the same bytes', async (where) => {
    const upstream = await keep(startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port)
    const abort = (): boolean => {
      called.exchange.abort()
      return true
    }
    const called = call(pool, 'gone', { sink: { [where]: abort } })
    await until(() => called.sofar.words.length === 1 && pool.stats().open === 0)
    await expectAnswered(pool)
    await pool.close()
    expect(called.sofar.words).toEqual(['head'])
    if (where === 'onHead') expect(called.sofar.bytes).toBe(0)
  })

  it('after its end does not touch the call that came after it on its connection', async () => {
    const { starting, held } = startHeld()
    const upstream = await keep(starting)
    const pool = poolTo(upstream.port)
    const first = call(pool, newTag())
    await until(() => held.length === 1)
    held[0]?.()
    await first.heard
    const second = call(pool, 'second')
    await until(() => held.length === 2)
    first.exchange.abort()
    first.exchange.resume()
    held[1]?.()
    expect((await second.heard).body).toBe('answer to second')
    expect(upstream.connections()).toBe(1)
    await pool.close()
  })

  it('with a body lets go of it', async () => {
    const upstream = await keep(startSockets(() => undefined))
    const pool = poolTo(upstream.port)
    const content = new Readable({ read: () => undefined })
    const { exchange } = call(pool, 'gone', {
      method: 'POST',
      body: { kind: 'stream', content, length: undefined },
    })
    content.push(Buffer.from('some'))
    await until(() => upstream.connections() === 1 && content.readableFlowing === true)
    exchange.abort()
    expect(content.listenerCount('data')).toBe(0)
    expect(content.destroyed).toBe(false)
    content.destroy(new Error('later, and nobody minds'))
    await pool.close()
  })
})
