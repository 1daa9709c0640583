import { expect, it } from 'vitest'
import type { CallerAnswer, HandleCall } from './caller-call.ts'
import { openListener, WAYS } from './test/open-listener.ts'

const CONNECTIONS = 50
const REQUESTS = 40

/** The same numbers in every run (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

it.each(WAYS)(
  'gives each of 2,000 pipelined requests its own answer, whatever breaks meanwhile (%s)',
  async (way) => {
    const random = randoms(7)
    const stale: CallerAnswer[] = []
    let handled = 0
    const handle: HandleCall = ({ target }, answer) => {
      handled += 1
      const tag = `<${target}>`
      const size = random() < 0.05 ? 100_000 : 10
      const breaks = random() < 0.005
      const finish = (): void => {
        for (const old of stale) old.write(Buffer.from('<stale>'))
        answer.writeHead(200, random() < 0.5 ? [] : ['content-length', String(tag.length + size)])
        answer.write(Buffer.from(tag))
        if (breaks) answer.destroy()
        answer.end(Buffer.alloc(size, '.'))
        if (stale.push(answer) > 20) stale.shift()
      }
      if (random() < 0.3) finish()
      else setTimeout(finish, random() * 5)
    }
    const { connect, faults } = await openListener(handle, { way })
    let whole = 0
    let broken = 0
    const run = async (connection: number): Promise<void> => {
      const caller = await connect()
      const aborts = random() < 0.2 ? Math.floor(random() * REQUESTS) : REQUESTS
      const wanted = Array.from({ length: REQUESTS }, (_, index) => `/${connection}/${index}`)
      caller.send(wanted.map((target) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
      await caller.until(`<${wanted[aborts - 1] ?? ''}`).catch(() => (broken += 1))
      if (aborts < REQUESTS) caller.reset()
      const tags = [...caller.received().matchAll(/<(.*?)>/g)].map(([, tag]) => tag)
      expect(tags).toEqual(wanted.slice(0, tags.length))
      whole += tags.length
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => run(connection)))
    expect(faults).toEqual([])
    expect(whole).toBeGreaterThan(1_000)
    expect(broken).toBeGreaterThan(0)
    expect(handled).toBeLessThanOrEqual(CONNECTIONS * REQUESTS)
  },
)
