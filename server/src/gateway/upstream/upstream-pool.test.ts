import { afterEach, describe, expect, it } from 'vitest'
import { call, newTag, poolTo, until } from './test/call-upstream.ts'
import { type RawUpstream, startRawUpstream, startSockets, tagged } from './test/raw-upstream.ts'
import type { UpstreamPool } from './upstream-pool.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function keep(upstream: RawUpstream): RawUpstream {
  closing.push(upstream.stop)
  return upstream
}

async function get(pool: UpstreamPool): Promise<void> {
  const tag = newTag()
  expect((await call(pool, tag).heard).body).toBe(`answer to ${tag}`)
}

describe('connections', () => {
  it('are used again, one call after the other, each with its own answer', async () => {
    const upstream = keep(await startRawUpstream((socket, { tag }) => socket.write(tagged(tag))))
    const pool = poolTo(upstream.port)
    for (let round = 0; round < 20; round += 1) await get(pool)
    expect(upstream.connections()).toBe(1)
    expect(pool.stats()).toMatchObject({ open: 1, idle: 1, waiting: 0, opened: 1, failed: 0 })
    await pool.close()
  })
})
