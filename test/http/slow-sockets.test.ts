import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BulkUpstream, startBulkUpstream } from '../support/bulk-upstream.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { watchMemory } from '../support/process-memory.ts'
import { sendEndless } from '../support/raw.ts'
import { closeSlow, openSlow, SLOW } from '../support/slow-sockets.ts'
import { openCaller } from '../support/wire-caller.ts'
import { startWireScene, taggedRequest, type WireScene } from '../support/wire-scene.ts'
import { expectTag, fillIn, newTag, statusAndCode } from '../support/wire-talk.ts'

// Guarantee (security.md F-60, F-64): thousands of sockets that are slow, in what they send or in what they take, stop no good
// call and cost little memory; and what is huge is refused after a bounded part of it.

const SOCKETS = faultRounds({ short: 1_000, long: 10_000 })
const GROWTH_MAX = 200_000_000
const GOOD_CALLS = faultRounds({ short: 2_000, long: 20_000 })

let upstream: BulkUpstream
let scene: WireScene
const open = new Set<Socket>()
beforeAll(async () => {
  upstream = await startBulkUpstream()
  scene = await startWireScene({
    upstream: { ...upstream, received: [], unreadable: [], connections: () => 0 },
  })
  await goodCalls(200)
})
afterAll(async () => {
  for (const socket of open) socket.destroy()
  await scene.stop()
})

/** Good calls over a few connections, which are made anew now and then. Each of them has to succeed. */
async function goodCalls(count: number): Promise<number> {
  const one = async (calls: number): Promise<void> => {
    for (let left = calls; left > 0; ) {
      const caller = await openCaller(scene.url)
      for (let kept = Math.min(left, 25); kept > 0; kept -= 1, left -= 1) {
        const tag = newTag('good')
        caller.send(taggedRequest(scene.token, tag))
        await expectTag(caller, tag)
      }
      caller.destroy()
    }
  }
  await Promise.all(Array.from({ length: 8 }, () => one(count / 8)))
  return count
}

async function slowSocket(at: number): Promise<Socket> {
  const socket = await openSlow(scene.url, at)
  open.add(socket)
  socket.once('close', () => open.delete(socket))
  return socket
}

describe(`${SOCKETS} sockets with slow`, () => {
  it.each(SLOW)('$what stop no good call', { timeout: 600_000 }, async ({ begin, drip, reads }) => {
    const memory = watchMemory(scene.door.pid)
    const sockets: readonly Socket[] = await Promise.all(
      Array.from({ length: SOCKETS }, (_, at) => slowSocket(at)),
    )
    for (const socket of sockets) {
      if (reads) socket.resume()
      socket.write(fillIn(scene, begin, newTag('slow')), 'latin1')
    }
    const timer = setInterval(() => {
      for (const socket of sockets) if (drip !== '' && socket.writable) socket.write(drip)
    }, 1_000)
    try {
      expect(await goodCalls(GOOD_CALLS)).toBe(GOOD_CALLS)
      expect(memory.growth()).toBeLessThan(GROWTH_MAX)
    } finally {
      clearInterval(timer)
      memory.stop()
      await Promise.all(sockets.map(closeSlow))
    }
  })

  it('and whoever does not finish a head is sent away with 408', async () => {
    const caller = await openCaller(scene.url)
    caller.send('GET / HTTP/1.1\r\nHost: door\r\n')
    const timer = setInterval(() => caller.socket.writable && caller.send('X-A: b\r\n'), 500)
    const answer = await caller.answer()
    clearInterval(timer)
    expect(statusAndCode(answer)).toBe('408 request_too_slow')
    await caller.closed()
  })
})

describe('what is huge is refused after a bounded part of it:', () => {
  const MB = 1_000_000
  const head = 'GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'
  it.each([
    ['a hundred thousand headers', `${head}${'X-A: b\r\n'.repeat(100_000)}\r\n`, '431 head_too_large'],
    ['a header of a megabyte', `${head}X-A: ${'b'.repeat(MB)}\r\n\r\n`, '431 head_too_large'],
    ['a name of a megabyte', `${head}${'b'.repeat(MB)}: c\r\n\r\n`, '431 head_too_large'],
    [
      'a target of a megabyte',
      head.replace('{get}', `/${'b'.repeat(MB)}`),
      '414 target_too_long',
      '431 head_too_large',
    ],
    [
      'a query of a megabyte',
      head.replace('{get}', `{get}?${'a=b&'.repeat(MB / 4)}`),
      '414 target_too_long',
      '431 head_too_large',
    ],
    ['a method of a megabyte', `${'A'.repeat(MB)} / HTTP/1.1\r\n\r\n`, '400 request_malformed'],
    ['a megabyte of empty lines', '\r\n'.repeat(MB / 2), '400 request_malformed'],
    ['a Connection of many names', `${head}Connection: ${'a,'.repeat(9_000)}b\r\n\r\n`, '431 head_too_large'],
  ])('%s', async (_, text, ...refusals) => {
    const memory = watchMemory(scene.door.pid)
    const caller = await openCaller(scene.url)
    caller.send(fillIn(scene, text, newTag()))
    expect(refusals).toContain(statusAndCode(await caller.answer()))
    caller.destroy()
    await goodCalls(80)
    expect(memory.growth()).toBeLessThan(GROWTH_MAX)
    memory.stop()
  })

  it('a body of nobody', async () => {
    const sent = await sendEndless(
      scene.url,
      'POST /enterprise/connect/api/Events HTTP/1.1\r\nHost: door\r\n',
    )
    expect(sent).toBeLessThan(64 * MB)
    await goodCalls(80)
  })

  it('a million chunks of one octet pass, and stop nobody', async () => {
    const caller = await openCaller(scene.url)
    const chunks = Buffer.from('1\r\nx\r\n'.repeat(100_000))
    caller.send(
      fillIn(
        scene,
        'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\nX-Do: take\r\nTransfer-Encoding: chunked\r\n\r\n',
        newTag(),
      ),
    )
    const good = goodCalls(400)
    for (let left = 10; left > 0; left -= 1)
      await new Promise<void>((done) => caller.socket.write(chunks, () => done()))
    caller.send('0\r\n\r\n')
    const answer = await caller.answer('POST')
    expect(JSON.parse(answer.body).bytes).toBe(1_000_000)
    await good
    caller.destroy()
  })
})
