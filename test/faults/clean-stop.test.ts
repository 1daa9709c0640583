import type { ServerResponse } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '../support/caller.ts'
import { type Cluster, EVENT, startCluster } from '../support/cluster.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import type { Member } from '../support/member.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'

// Guarantee (security.md F-09): a clean stop cuts no answer that has begun, and takes 10 seconds at most.

const STOPS = faultRounds({ short: 6, long: 300 })
const PIECES = 12

/** A long answer, some of it at a time, so that at every instant some have begun and not ended. */
function answerSlowly(_: unknown, response: ServerResponse): void {
  response.setHeader('content-type', 'text/plain')
  let sent = 0
  const timer = setInterval(() => {
    sent += 1
    response.write('x'.repeat(2_000))
    if (sent < PIECES) return
    clearInterval(timer)
    response.end()
  }, 15)
  response.once('close', () => clearInterval(timer))
}

sayWhetherPostgres('clean stops of a cluster')

describe.skipIf(POSTGRES_BIN === undefined)('a clean stop under load', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ gateways: 1, upstream: answerSlowly, receiptWaitMs: 300 })
  })
  afterAll(() => cluster?.close())

  it(`cuts no answer that has begun, and ends with 0, ${STOPS} times`, { timeout: 7_200_000 }, async () => {
    const { token, id } = await cluster.add('under load')
    const [gateway] = cluster.gateways
    const [control] = cluster.controls
    if (!gateway || !control) throw new Error('there is one of each')
    const slowest = { gateway: 0, control: 0 }
    let [whole, cut, unanswered] = [0, 0, 0]
    for (let stop = 0; stop < STOPS; stop += 1) {
      const isGateway = stop % 3 !== 2
      const member: Member = isGateway ? gateway : control
      const load = isGateway ? loadGateway(gateway.url, token) : loadControl(cluster, id)
      await load.begun
      await passed(Math.random() * 200)
      const { code, ms } = await member.stop()
      const counts = await load.end()
      whole += counts.whole
      cut += counts.cut
      unanswered += counts.unanswered
      expect({ code, cut, wrong: counts.wrong }).toEqual({ code: 0, cut: 0, wrong: [] })
      expect(ms).toBeLessThan(10_000)
      const kind = isGateway ? 'gateway' : 'control'
      slowest[kind] = Math.max(slowest[kind], ms)
      await member.start()
    }
    console.info(
      `${STOPS} clean stops: ${whole} answers whole, ${cut} cut, ${unanswered} requests without any; ` +
        `the slowest took ${Math.round(slowest.gateway)} ms (gateway), ${Math.round(slowest.control)} ms (control plane)`,
    )
    expect(whole).toBeGreaterThan(STOPS * 10)
  })
})

type Counts = { whole: number; cut: number; unanswered: number; readonly wrong: number[] }
type Load = { readonly begun: Promise<void>; readonly end: () => Promise<Counts> }

/** Sixteen that call without a pause until nobody answers. */
function loadGateway(url: string, token: string): Load {
  const caller = createCaller()
  return load(16, async (counts) => {
    const { status, text, isWhole } = await caller.call(url + EVENT, token)
    if (status !== 200) counts.wrong.push(status)
    // An answer in chunks that was cut may look whole to somebody who only counts bytes, and the other way round.
    return isWhole && text.length === PIECES * 2_000
  })
}

/** Eight that write without a pause. */
function loadControl({ admin }: Cluster, id: string): Load {
  return load(8, async (counts) => {
    const answer = await admin('PATCH', `/credentials/${id}`, {
      body: { description: `written ${Math.random()}` },
      ifMatch: '*',
    })
    if (answer.status !== 200) counts.wrong.push(answer.status)
    return typeof answer.json.receipt === 'object'
  })
}

function load(count: number, once: (counts: Counts) => Promise<boolean>): Load {
  const counts: Counts = { whole: 0, cut: 0, unanswered: 0, wrong: [] }
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const one = async (): Promise<void> => {
    for (;;) {
      try {
        if (await once(counts)) counts.whole += 1
        else counts.cut += 1
        if (counts.whole > count) resolve()
      } catch (error) {
        // Its answer had not begun, or it began and was cut: fetch tells the second by "terminated".
        if (error instanceof TypeError && error.message === 'terminated') counts.cut += 1
        else counts.unanswered += 1
        return
      }
    }
  }
  const all = Promise.all(Array.from({ length: count }, one))
  return {
    begun,
    end: async () => {
      await all
      return counts
    },
  }
}
