import process from 'node:process'
import { guardAnswer } from '@stagedoor/core/odata/answer/guard-answer.ts'
import { createUrlRewriter } from '@stagedoor/core/odata/answer/links.ts'
import { EVENT_MODEL } from '@stagedoor/core/odata/answer/testing/event-model.ts'
import { atSource } from '@stagedoor/core/odata/position.ts'

// How fast answers are looked through: one of about 5 MB, events with bookings and a contained list, restricted and not.
// One command: node bench/odata-answer.ts [rounds].

const ROUNDS = Number(process.argv[2] ?? 20)
const UPSTREAM = 'http://upstream.test/odata'

function answer(events: number): Uint8Array {
  const value = Array.from({ length: events }, (_, id) => ({
    '@odata.etag': `W/"${id}"`,
    ID: id,
    Name: `Harbour Lights ${id}, the evening of lanterns and kettles by the water`,
    Tags: ['evening', 'water'],
    Location: { Street: `${id} Quay Street`, Point: { type: 'Point', coordinates: [8.54, 47.36] } },
    'bookings@odata.navigationLink': `${UPSTREAM}/Events(${id})/bookings`,
    bookings: [
      { ID: id * 2, Seats: 3 },
      { ID: id * 2 + 1, Seats: 5 },
    ],
    sessions: [{ ID: 1, Title: 'Opening' }],
  }))
  return new TextEncoder().encode(
    JSON.stringify({ '@odata.context': `${UPSTREAM}/$metadata#Events(bookings())`, value }),
  )
}

const events = EVENT_MODEL.sources.get('Events')
if (!events) throw new Error('the model lacks Events')
const position = atSource(events)
const bytes = answer(11_500)
const addresses = { upstreamRoots: [UPSTREAM], root: '/enterprise/odata' }
const cases = {
  restricted: (name: string) => name === 'Events' || name === 'Bookings',
  all: 'all',
} as const

console.log(`${(bytes.length / 1e6).toFixed(1)} MB, ${ROUNDS} rounds, best and median`)
for (const [name, isGranted] of Object.entries(cases)) {
  const rewriteUrl = createUrlRewriter(addresses, isGranted === 'all' ? undefined : (token) => token)
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now()
    const guarded = guardAnswer(EVENT_MODEL, bytes, {
      result: { kind: 'entities', position },
      isGranted,
      rewriteUrl,
    })
    if (!guarded.ok) throw new Error(JSON.stringify(guarded))
    rates.push(bytes.length / 1e3 / (performance.now() - start))
  }
  const ordered = rates.toSorted((one, other) => other - one)
  console.log(`${name.padEnd(12)} ${ordered[0]?.toFixed(0)} MB/s  ${ordered[ROUNDS >> 1]?.toFixed(0)} MB/s`)
}
const start = performance.now()
for (let round = 0; round < ROUNDS; round += 1) JSON.parse(new TextDecoder().decode(bytes))
console.log(
  `${'JSON.parse'.padEnd(12)} ${((bytes.length * ROUNDS) / 1e3 / (performance.now() - start)).toFixed(0)} MB/s`,
)
