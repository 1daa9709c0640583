import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SETS } from '../../sandbox/src/events/model.ts'
import type { ReceivedCall } from '../../sandbox/src/events/service.ts'
import { chance, type Dice, diceFromSeed, pick } from './support/dice.ts'
import { type Gate, type Reply, startGate } from './support/gate.ts'
import { type Generated, generateRequest } from './support/generate-request.ts'
import { comparable, type Grant, grantOf, marksTooMuch, reachedTooMuch } from './support/observe.ts'

// Guarantee: whatever a restricted credential asks of the real gateway, before a service that gives everything to everybody,
// nothing comes of a set that was not granted. Three observers, none of which shares code with the analysis:
// - the service itself notes every set that it has really read or changed;
// - every text of a set carries the set's mark;
// - the same request is sent to a second world, in which the sets of which nothing was granted have other rows, other
//   counts, other links: whatever it tells of them, by values, order, counts or errors, would make the answers differ.

const REQUESTS = Number(process.env['DIFFERENTIAL_REQUESTS'] ?? 20_000)
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 1)

const READ = [...Object.keys(SETS), 'Me'].map((source) => `GET ${source}`)
const WRITE = Object.keys(SETS).flatMap((set) => ['POST', 'PATCH', 'DELETE'].map((verb) => `${verb} ${set}`))
const OTHER = [
  'PATCH Me',
  'GET Events/EM.Organiser',
  'POST Events/EM.Cancel',
  'GET TopAccounts',
  'POST MergeAccounts',
]

/** From one endpoint alone up to nearly everything. Some may read Accounts, most may not. */
function makeGrant(dice: Dice, number: number): Grant {
  const size = [10, 25, 40, 60, 75][number % 5] ?? 0
  const keys = new Set([...READ, ...WRITE, ...OTHER].filter(() => chance(dice, size)))
  keys.add(pick(dice, READ))
  if (number % 3 !== 0) for (const key of keys) if (/Accounts|Organiser/.test(key)) keys.delete(key)
  if (keys.size === 0) keys.add('GET Events')
  return grantOf([...keys])
}

type Counts = {
  allowed: number
  written: number
  compared: number
  guarded: number
  readonly statuses: Map<number, number>
}

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

/** Rows as at the start; those of some sets in another variant. */
async function makeWorld(sets: readonly string[]): Promise<void> {
  const variants = Object.fromEntries(sets.map((set) => [set, 1]))
  await fetch(`${gate.door.sandboxUrl}/sandbox/events`, {
    method: 'POST',
    body: JSON.stringify({ variants }),
  })
}

async function arrivals(): Promise<readonly ReceivedCall[]> {
  const answer = await fetch(`${gate.door.sandboxUrl}/sandbox/events`, { method: 'DELETE' })
  return (await answer.json()) as readonly ReceivedCall[]
}

function send({ keys }: Grant, { method, target, headers, body }: Generated): Promise<Reply> {
  // What no client can put on a request line is encoded; everything else goes as it was made.
  const path = target.replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent)
  return gate.ask(keys, path, { method, headers, ...(body !== undefined && { body }) })
}

function describeCase(grant: Grant, request: Generated, reply: Reply): string {
  return `${JSON.stringify(request)}\nwith ${grant.keys.join(', ')}\nanswered ${reply.status} ${reply.text.slice(0, 2000)}`
}

/** Sends one request in both worlds, and compares what comes. */
async function observe(grant: Grant, request: Generated, counts: Counts): Promise<void> {
  const reply = await send(grant, request)
  const calls = await arrivals()
  gate.upstream.received.length = 0
  const told = (): string => describeCase(grant, request, reply)
  // The two readings agree about everything that this generator makes.
  expect(reply.text.includes('odata_doubtful'), told()).toBe(false)
  counts.statuses.set(reply.status, (counts.statuses.get(reply.status) ?? 0) + 1)
  expect(marksTooMuch(grant, reply), told()).toEqual([])
  expect(reply.text.includes('/events-odata'), told()).toBe(false)
  if (calls.length === 0) {
    expect(
      reply.status === 200 && request.method !== 'HEAD' && !/metadata|"url":/.test(reply.text),
      told(),
    ).toBe(false)
    return
  }
  counts.allowed += 1
  expect(reachedTooMuch(grant, calls), told()).toEqual([])
  if (reply.status === 502) counts.guarded += 1
  const changed = calls.some(({ reached }) => reached.some((endpoint) => !endpoint.startsWith('GET ')))
  if (changed) counts.written += 1
  if (grant.foreign.length > 0) {
    await makeWorld(grant.foreign)
    const other = await send(grant, request)
    await arrivals()
    gate.upstream.received.length = 0
    expect(comparable(other), told()).toBe(comparable(reply))
    counts.compared += 1
  }
  if (changed || grant.foreign.length > 0) await makeWorld([])
}

describe('nothing of a set that was not granted', () => {
  it(`comes by any of ${REQUESTS} requests, seed ${SEED}`, { timeout: 3_600_000 }, async () => {
    const dice = diceFromSeed(SEED)
    const grants = Array.from({ length: 30 }, (_, number) => makeGrant(dice, number))
    const counts: Counts = { allowed: 0, written: 0, compared: 0, guarded: 0, statuses: new Map() }
    await makeWorld([])
    await arrivals()
    for (let number = 0; number < REQUESTS; number += 1) {
      const grant = pick(dice, grants)
      await observe(grant, generateRequest(dice, grant.readable), counts)
    }
    console.info('differential', JSON.stringify({ ...counts, statuses: [...counts.statuses] }))
    // A test in which hardly anything is allowed would prove nothing.
    expect(counts.allowed / REQUESTS).toBeGreaterThan(0.25)
    expect(counts.compared / REQUESTS).toBeGreaterThan(0.2)
    expect(counts.written / REQUESTS).toBeGreaterThan(0.01)
    expect(await gate.alarms('odata_doubtful')).toBe(0)
  })
})
