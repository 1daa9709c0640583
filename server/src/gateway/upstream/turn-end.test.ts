import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { toFieldLines } from '#gateway/wire/field-section.ts'
import { call, expectAnswered, type Heard, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { type RawUpstream, startRawUpstream, tagged } from './test/raw-upstream.ts'
import type { UpstreamPool } from './upstream-pool.ts'

// Where many calls run, requests leave at the end of the turn of the event loop. Until then they have not been sent.

const MANY = 8

/** Many calls that nobody answers, and one connection beside them that waits for its next call. */
async function busyUpstream(): Promise<{ upstream: RawUpstream; pool: UpstreamPool; idle: Socket }> {
  const upstream = await keep(
    startRawUpstream((socket, { tag }) => void (tag.startsWith('busy') || socket.write(tagged(tag)))),
  )
  const pool = poolTo(upstream.port)
  for (let index = 0; index < MANY; index += 1) void call(pool, `busy-${index}`)
  await until(() => upstream.requests.length === MANY)
  await expectAnswered(pool)
  const idle = upstream.sockets.at(-1)
  if (idle === undefined) throw new Error('there is no connection')
  return { upstream, pool, idle }
}

/** What becomes of a call when this happens to its connection in the turn in which it is sent. */
function callWhile(pool: UpstreamPool, tag: string, happens: () => void): Promise<Heard> {
  return new Promise((resolve) => {
    setImmediate(() => {
      happens()
      resolve(call(pool, tag, { method: 'POST' }).heard)
    })
  })
}

it.each([
  ['an answer that nobody has asked for', (socket: Socket) => void socket.write(tagged('stale'))],
  ['the end', (socket: Socket) => void socket.end()],
  ['a reset', (socket: Socket) => void socket.resetAndDestroy()],
])('goes on another connection where %s comes before it was written', async (_what, happens) => {
  const { upstream, pool, idle } = await busyUpstream()
  const tag = newTag()
  const heard = await callWhile(pool, tag, () => happens(idle))
  expect(heard).toMatchObject({ error: undefined, words: ['head', 'end'] })
  expect(heard.answer && toFieldLines(heard.answer.fields).slice(0, 2)).toEqual(['x-tag', tag])
  expect(upstream.requests.filter((each) => each.tag === tag)).toHaveLength(1)
  expect(pool.stats()).toMatchObject({ sentAgain: 1 })
})

it('gives each of many calls its own answer', async () => {
  const { pool } = await busyUpstream()
  for (let round = 0; round < 5; round += 1) {
    const tags = Array.from({ length: 100 }, newTag)
    const all = await Promise.all(tags.map((tag) => call(pool, tag).heard))
    expect(all.map(({ answer }) => answer && toFieldLines(answer.fields)[1])).toEqual(tags)
  }
})
