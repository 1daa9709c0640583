import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient } from './testing/client.ts'

// Pieces that parsers stumble over, glued together at random.
const PIECES = [
  String.raw`' '' ( ) , ; $ & % %27 %zz / = + : @a null true -1 1e9 2026-13-99 2026-01-01 datetime'x'`,
  '$filter= $expand= $count $it eq and or not in any all EventID Account Bookings Bookings/any(b: b/Space contains( *',
]
  .join(' ')
  .split(' ')
const piece = fc.constantFrom(' ', '\u0000', ...PIECES)
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))
const words = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' '))
const option = fc.constantFrom(
  '$filter',
  '$expand',
  '$select',
  '$orderby',
  '$top',
  '$skiptoken',
  'ODataQuery',
  '$count',
)
const runs = { numRuns: 400 }

describe('whatever comes in, it is the caller who is told off', () => {
  const { enterprise, odata, elite } = createClient()

  it('in OData options and paths', async () => {
    await fc.assert(
      fc.asyncProperty(option, fc.oneof(text, words), fc.boolean(), async (name, value, encoded) => {
        const query = `${name}=${encoded ? encodeURIComponent(value) : value}`
        expect((await odata(`/Events?${query}`)).status).toBeLessThan(500)
        expect((await odata(`/Events(${encodeURIComponent(value)})`)).status).toBeLessThan(500)
      }),
      runs,
    )
  })

  it('in Enterprise searches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, words), async (value) => {
        expect((await enterprise(`/Events/10?search=${encodeURIComponent(value)}`)).status).toBeLessThan(500)
      }),
      runs,
    )
  })

  it('in bodies of any JSON', async () => {
    const paths = [
      '/Events',
      '/Bulk/Bookings',
      '/ServiceOrders/MoveOrdersBulk',
      '/Bookings/AvailabilitySearch',
    ] as const
    const elitePaths = [
      '/events/create',
      '/events/query',
      '/functions/function-9001-A/add-item-allocations',
    ] as const
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom(
          'Organization',
          'OrganizationCode',
          'EventID',
          'OrderNumbers',
          'Event',
          'name',
          'toString',
        ),
        fc.jsonValue(),
      ),
    )
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const sent = JSON.stringify(value)
        for (const path of paths)
          for (const method of ['POST', 'PUT'])
            expect((await enterprise(path, { method, body: sent })).status).toBeLessThan(500)
        for (const path of elitePaths)
          expect((await elite(path, { method: 'POST', body: sent })).status).toBeLessThan(500)
      }),
      { numRuns: 150 },
    )
  })
})
