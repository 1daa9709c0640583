import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as ask } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BulkUpstream, bulkOf, digestOf, startBulkUpstream } from '../support/bulk-upstream.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { watchMemory } from '../support/process-memory.ts'
import { openCaller, type WireCaller } from '../support/wire-caller.ts'
import { startWireScene, taggedRequest, type WireScene } from '../support/wire-scene.ts'
import { expectTag, fillIn, newTag } from '../support/wire-talk.ts'

// Guarantee: a body of any length streams through, both ways, and what is held of it does not depend on its length. Who does not
// read, or does not take, stops nobody but himself.

const MB = 1_000_000
const BYTES = faultRounds({ short: 128, long: 1_000 }) * MB
const GROWTH_MAX = 150 * MB

let upstream: BulkUpstream
let scene: WireScene
beforeAll(async () => {
  upstream = await startBulkUpstream()
  scene = await startWireScene({
    upstream: { ...upstream, received: [], unreadable: [], connections: () => 0 },
  })
  // Memory that the first calls take is no matter of bodies.
  await expectGoodCalls(200)
})
afterAll(() => scene.stop())

async function expectGoodCalls(count: number): Promise<void> {
  const caller = await openCaller(scene.url)
  for (let left = count; left > 0; left -= 1) {
    const tag = newTag('good')
    caller.send(taggedRequest(scene.token, tag))
    await expectTag(caller, tag)
  }
  caller.destroy()
}

function open(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): ReturnType<typeof ask> {
  const authorization = `Bearer ${scene.token}`
  return ask(scene.url + path, { method, headers: { authorization, ...headers }, agent: false })
}

describe(`a body of ${BYTES / MB} MB`, () => {
  it.each([
    ['with its length', { 'content-length': String(BYTES) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('streams up %s, in flat memory', async (_, framing) => {
    const memory = watchMemory(scene.door.pid)
    const call = open('POST', '/enterprise/connect/api/Events', { 'x-do': 'take', ...framing })
    const answered = once(call, 'response')
    await pipeline(Readable.from(bulkOf(BYTES)), call)
    const [response] = await answered
    expect(JSON.parse(await text(response))).toEqual({ bytes: BYTES, digest: digestOf(BYTES) })
    expect(memory.growth()).toBeLessThan(GROWTH_MAX)
    memory.stop()
  })

  it.each(['', ' chunked'])('streams down%s, in flat memory', async (how) => {
    const memory = watchMemory(scene.door.pid)
    const call = open('GET', '/enterprise/connect/api/Events/10', { 'x-do': `give ${BYTES}${how}` })
    call.end()
    const [response] = await once(call, 'response')
    const hash = createHash('sha1')
    let bytes = 0
    for await (const chunk of response) {
      bytes += chunk.length
      hash.update(chunk)
    }
    expect([bytes, hash.digest('hex')]).toEqual([BYTES, digestOf(BYTES)])
    expect(memory.growth()).toBeLessThan(GROWTH_MAX)
    memory.stop()
  })
})

const STALLED = 20
/** What the system's own buffers between two sockets may take, on both sides of the gateway. */
const HELD_BY_SYSTEM = 24 * MB

describe('who stalls', () => {
  it('as a reader, holds nothing but his own socket', async () => {
    const before = upstream.written()
    const memory = watchMemory(scene.door.pid)
    const callers: WireCaller[] = []
    for (let left = STALLED; left > 0; left -= 1) {
      const caller = await openCaller(scene.url)
      caller.socket.pause()
      caller.send(taggedRequest(scene.token, newTag(), ['X-Do: give 1000000000']))
      callers.push(caller)
    }
    await expectStandstill(upstream.written)
    expect(upstream.written() - before).toBeLessThan(STALLED * HELD_BY_SYSTEM)
    await expectGoodCalls(100)
    expect(memory.growth()).toBeLessThan(GROWTH_MAX)
    memory.stop()
    for (const caller of callers) caller.destroy()
  })

  it('as an upstream, holds up nobody but who sends to it', async () => {
    const memory = watchMemory(scene.door.pid)
    const sent = { bytes: 0 }
    const callers: WireCaller[] = []
    const piece = Buffer.alloc(65_536, 'x')
    for (let left = STALLED; left > 0; left -= 1) {
      const caller = await openCaller(scene.url)
      const head =
        'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\nX-Do: stall\r\nContent-Length: 1000000000\r\n\r\n'
      caller.send(fillIn(scene, head, newTag()))
      const more = (): void => {
        if (caller.socket.destroyed) return
        caller.socket.write(piece, () => {
          sent.bytes += piece.length
          more()
        })
      }
      more()
      callers.push(caller)
    }
    await expectStandstill(() => sent.bytes)
    expect(sent.bytes).toBeLessThan(STALLED * HELD_BY_SYSTEM)
    await expectGoodCalls(100)
    expect(memory.growth()).toBeLessThan(GROWTH_MAX)
    memory.stop()
    for (const caller of callers) caller.destroy()
  })
})

/** Good calls go on until a count has begun and moves no more while a hundred of them are answered. */
async function expectStandstill(count: () => number): Promise<void> {
  for (let last = -1; last !== count() || last === 0; ) {
    last = count()
    await expectGoodCalls(100)
  }
}
