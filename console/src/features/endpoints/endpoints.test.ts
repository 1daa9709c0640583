import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '#api/api-error.ts'
import { type Endpoint, findEndpoints, indexEndpoints } from './endpoint-index.ts'
import { readPaste } from './paste-list.ts'
import { refusedIds } from './refused-ids.ts'
import { difference, summarise, withAll, withoutAll } from './selection.ts'

function endpoint(
  resource: string,
  operation: string,
  method: Endpoint['method'],
  path: string,
  more = {},
): Endpoint {
  return {
    id: `enterprise:${method}:${path.toLowerCase().replaceAll(/\{[^}]*\}/g, '{}')}`,
    catalog: 'enterprise',
    resource,
    operation,
    method,
    path: `/enterprise/connect/api${path}`,
    title: `${operation} in words`,
    effect: method === 'GET' ? 'read' : 'write',
    ...more,
  }
}

const ENDPOINTS = [
  endpoint('Events', 'GetEventList', 'GET', '/Events/{OrgCode}'),
  endpoint('Events', 'GetEvent', 'GET', '/Events/{OrgCode}/{EventID}'),
  endpoint('Events', 'PutEvent', 'PUT', '/Events/{OrgCode}/{EventID}'),
  endpoint('Bookings', 'GetBookingList', 'GET', '/Bookings/{OrgCode}'),
  endpoint('Bookings', 'BulkBookings', 'POST', '/Bulk/Bookings'),
  endpoint('Accounts', 'GetAccount', 'GET', '/Accounts/{OrgCode}/{AccountCode}', { personalData: true }),
  endpoint('Events', 'GetEvent', 'GET', '/odata/Events', { catalog: 'odata', id: 'odata:GET:/Events' }),
]
const INDEX = indexEndpoints(ENDPOINTS)

describe('searching', () => {
  it('finds all words in any order and case, the likeliest operation first', () => {
    expect(findEndpoints(INDEX, { search: 'booking list' })).toEqual([3])
    expect(findEndpoints(INDEX, { search: 'event' })[0]).toBe(0)

    expect(findEndpoints(INDEX, { search: 'LIST get' })).toEqual([0, 3])
    expect(findEndpoints(INDEX, { search: 'put' })).toEqual([2])
    expect(findEndpoints(INDEX, { search: 'bookings' })).toEqual([4, 3])
    expect(findEndpoints(INDEX, { search: '', effect: 'write' })).toEqual([2, 4])
    expect(findEndpoints(INDEX, { search: '', resource: 'Events', catalog: 'odata' })).toEqual([6])
    expect(findEndpoints(INDEX, { search: 'nothing of this' })).toEqual([])
  })

  it('offers nothing that lacks a word, and everything that has all', () => {
    const word = fc.constantFrom('get', 'event', 'list', '/bulk', 'accounts', 'x', '{orgcode}')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const found = findEndpoints(INDEX, { search: words.join('  ') })
        const expected = INDEX.texts.flatMap((text, place) =>
          words.every((each) => text.includes(each)) ? [place] : [],
        )
        expect([...found].toSorted((one, other) => one - other)).toEqual(expected)
      }),
    )
  })
})

describe('choosing', () => {
  const places = fc.uniqueArray(fc.nat(ENDPOINTS.length - 1))

  it('adds and removes without loss', () => {
    fc.assert(
      fc.property(places, places, (chosen, more) => {
        const before = new Set(chosen)
        const after = withAll(before, more)
        const fresh = more.filter((place) => !before.has(place))
        expect(difference(before, after)).toEqual({ added: fresh.length, removed: 0 })
        expect(withoutAll(after, fresh)).toEqual(before)
        expect(before).toEqual(new Set(chosen))
      }),
    )
  })

  it('says how much can be written, and whether people are concerned', () => {
    expect(summarise(INDEX, new Set([0, 2, 4]))).toEqual({ count: 3, total: 7, writes: 2, personal: false })
    expect(summarise(INDEX, new Set([5]))).toEqual({ count: 1, total: 7, writes: 0, personal: true })
  })
})

describe('what the server does not know any more', () => {
  const problem = { code: 'endpoint_not_in_tenant', title: 'Some', status: 422, requestId: 'r' }

  it('is told by the pointers of its answer', () => {
    const errors = ['/endpoints/1', '/endpoints/7', '/title'].map((field) => ({ field, message: '' }))
    expect(refusedIds(new ApiError({ ...problem, errors }), ['a', 'b', 'c'])).toEqual(['b'])
    expect(refusedIds(new ApiError({ ...problem, code: 'other', errors }), ['a', 'b'])).toEqual([])
    expect(refusedIds(new Error('b'), ['a', 'b'])).toEqual([])
  })
})

describe('a pasted list', () => {
  it.each([
    ['GetEventList', [0]],
    ['  - geteventlist ', [0]],
    ['1. GetEventList (optional)', [0]],
    ['"GetEventList"*', [0]],
    ['1. - `GetEventList` (optional)*', [0]],
    ['[x] GetEventList,', [0]],
    ['GET /api/v1/Events/{OrgCode}', [0]],
    ['GET https://gateway.example/enterprise/connect/api/Events/:orgCode/:eventId', [1]],
    ['Events/GetEventList', [0]],
    ['Events.GetEventList', [0]],
    ['Events GetEventList', [0]],
    ['Bookings\tGetBookingList\nEvents\tPutEvent', [2, 3]],
    ['| Bookings | GetBookingList |', [3]],
    ['GetEventList, BulkBookings; PutEvent', [0, 2, 4]],
    ['GET /Events/{OrgCode}', [0]],
    ['get /enterprise/connect/api/events/{org}/?search=All', [0]],
    ['PUT /Events/{a}/{b}', [2]],
    ['enterprise:GET:/events/{}/{}', [1]],
    ['BulkBookings in words', [4]],
  ])('%j is found', (text, places) => {
    expect(readPaste(text, INDEX)).toEqual({ matched: places, ambiguous: [], unknown: [] })
  })

  it('asks where a name means several, and repeats what it does not know', () => {
    expect(readPaste('GetEvent\nGetNothing\n\n- DELETE /Events/{a}', INDEX)).toEqual({
      matched: [],
      ambiguous: [{ text: 'GetEvent', places: [1, 6] }],
      unknown: ['GetNothing', 'DELETE /Events/{a}'],
    })
  })

  it('finds every published form of every endpoint', () => {
    const forms: readonly ((given: Endpoint) => string)[] = [
      ({ operation }) => operation,
      ({ resource, operation }) => `${resource}/${operation}`,
      ({ method, path }) => `${method} ${path}`,
      ({ id }) => id,
      ({ title }) => title,
    ]
    const bullet = fc.constantFrom('', '- ', '* ', '7. ', '• ')
    fc.assert(
      fc.property(fc.nat(ENDPOINTS.length - 1), fc.constantFrom(...forms), bullet, (place, form, before) => {
        const given = ENDPOINTS[place]
        if (!given) throw new Error('no such endpoint')
        const { matched, ambiguous, unknown } = readPaste(before + form(given), INDEX)
        expect(unknown).toEqual([])
        expect([...matched, ...ambiguous.flatMap((each) => each.places)]).toContain(place)
      }),
    )
  })
})
