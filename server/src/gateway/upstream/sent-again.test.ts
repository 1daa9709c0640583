import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { toFieldLines } from '#gateway/wire/field-section.ts'
import { call, expectAnswered, poolTo } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { startRawUpstream, tagged } from './test/raw-upstream.ts'

describe('what was sent once', () => {
  /** Serves one request per connection, and closes at the next one. */
  function closesAtSecond() {
    const served = new Set<number>()
    return keep(
      startRawUpstream((socket, { tag, connection }) => {
        if (served.has(connection)) socket.resetAndDestroy()
        else socket.write(tagged(tag))
        served.add(connection)
      }),
    )
  }

  it.each(['GET', 'HEAD', 'OPTIONS'])(
    'goes once more where it was %s on a connection that had closed',
    async (method) => {
      const upstream = await closesAtSecond()
      const pool = poolTo(upstream.port)
      await expectAnswered(pool)
      const heard = await call(pool, 'again', { method }).heard
      expect(heard).toMatchObject({ error: undefined, words: ['head', 'end'] })
      expect(heard.answer && toFieldLines(heard.answer.fields).slice(0, 2)).toEqual(['x-tag', 'again'])
      expect(upstream.requests.filter(({ tag }) => tag === 'again')).toHaveLength(2)
      expect(pool.stats()).toMatchObject({ sentAgain: 1 })
      await pool.close()
    },
  )

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is never sent again where it was %s', async (method) => {
    const upstream = await closesAtSecond()
    const pool = poolTo(upstream.port)
    await expectAnswered(pool)
    expect(await call(pool, 'once', { method }).heard).toMatchObject({
      error: 'unreachable',
      words: ['error'],
    })
    await expectAnswered(pool)
    expect(upstream.requests.filter(({ tag }) => tag === 'once')).toHaveLength(1)
    await pool.close()
  })

  it('nor where its body was a stream', async () => {
    const upstream = await closesAtSecond()
    const pool = poolTo(upstream.port)
    await expectAnswered(pool)
    const body = { kind: 'stream', content: Readable.from([Buffer.from('body')]), length: 4 } as const
    expect(await call(pool, 'once', { body }).heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    expect(upstream.requests.filter(({ tag }) => tag === 'once')).toHaveLength(1)
    await pool.close()
  })

  it('nor twice, nor on a new connection', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => (tag === 'bad' ? socket.destroy() : socket.write(tagged(tag)))),
    )
    const pool = poolTo(upstream.port)
    expect(await call(pool, 'bad').heard).toMatchObject({ error: 'unreachable' })
    expect(upstream.requests).toHaveLength(1)
    await expectAnswered(pool)
    expect(await call(pool, 'bad').heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    expect(upstream.requests.filter(({ tag }) => tag === 'bad')).toHaveLength(3)
    await pool.close()
  })

  it('nor when a byte of the answer had come', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => (tag === 'bad' ? socket.end('H') : socket.write(tagged(tag)))),
    )
    const pool = poolTo(upstream.port)
    await expectAnswered(pool)
    expect(await call(pool, 'bad').heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    expect(upstream.requests.filter(({ tag }) => tag === 'bad')).toHaveLength(1)
    await pool.close()
  })
})
