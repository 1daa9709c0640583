import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '#odata/limits.ts'
import { analyseTarget } from '#odata/request/analyse-target.ts'
import { model, options, send, touched } from './testing/bodies.ts'

describe('row 58: @context', () => {
  it('at the top, of the set that the address names', () => {
    expect(touched('POST', '/Events', { '@odata.context': '$metadata#Events/$entity' })).toEqual([])
    expect(touched('POST', '/Events', { '@context': '#Accounts/$entity' })).toBe('odata_not_supported')
    expect(touched('POST', '/Events', { '@context': 'http://other/$metadata#Events' })).toBe(
      'odata_malformed',
    )
    const own = send('POST', '/Events', { '@context': 'http://host/service/$metadata#Events/$entity' })
    expect(own.ok && Buffer.from(own.bytes).toString()).toBe('{"@context":"$metadata#Events/$entity"}')
  })

  it('nested is refused', () => {
    const body = { Bookings: [{ '@context': '#Accounts/$entity' }] }
    expect(touched('POST', '/Events', body)).toBe('odata_not_supported')
    expect(touched('POST', '/Events', { Bookings: [{ '@odata.context': '#Bookings/$entity' }] })).toBe(
      'odata_not_supported',
    )
  })
})

describe('row 61: derived types', () => {
  it.each([
    ['4.0', { '@odata.type': '#EM.Gala', Sponsor: { Name: 'x' } }, ['POST Accounts']],
    ['4.01, without #', { '@type': 'EM.Gala', Sponsor: { Name: 'x' } }, ['POST Accounts']],
    ['by the alias', { '@type': '#E.Gala', 'Sponsor@bind': 'Accounts(1)' }, ['GET Accounts']],
    [
      'behind the member that needs it',
      { Sponsor: { Name: 'x' }, '@odata.type': '#EM.Gala' },
      ['POST Accounts'],
    ],
    ['of a complex value', { Location: { '@type': '#EM.Site', Region: { Code: 'x' } } }, ['POST Countries']],
  ])('%s', (_name, body, expected) => {
    expect(touched('POST', '/Events', body)).toEqual(expected)
  })

  it.each([
    ['unknown', { '@odata.type': '#EM.Whatever' }, 'odata_unknown_name'],
    ['not derived', { '@odata.type': '#EM.Account' }, 'odata_unknown_name'],
    ['of another service', { '@odata.type': 'http://other/$metadata#EM.Gala' }, 'odata_unknown_name'],
    ['no text', { '@odata.type': 1 }, 'odata_malformed'],
    ['both spellings', { '@odata.type': '#EM.Event', '@type': '#EM.Gala' }, 'odata_malformed'],
    ['of a navigation property from outside', { 'Account@odata.type': '#EM.Account' }, 'odata_not_supported'],
  ])('is refused: %s', (_name, body, code) => {
    expect(touched('POST', '/Events', body)).toBe(code)
  })
})

describe('row 62: parameters of actions', () => {
  it.each([
    ['plain values', { count: 1 }, []],
    [
      'an entity that there is, of either set',
      { account: { '@id': 'Accounts(1)' } },
      ['GET Accounts', 'GET Archive'],
    ],
    ['an entity as a value', { account: { Name: 'x' } }, []],
    ['entities nested in it', { account: { Invoices: [{ Amount: 1 }] } }, ['GET Invoices', 'POST Invoices']],
    ['links of it', { events: [{ 'Account@odata.bind': 'Accounts(1)' }] }, ['GET Accounts']],
    ['a complex value', { place: { Country: { '@id': "Countries('NZ')" } } }, ['GET Countries']],
    ['another overload', { person: { '@odata.id': 'Staff(1)' } }, ['GET Me', 'GET People', 'GET Staff']],
    ['none', {}, []],
  ])('%s', (_name, body, expected) => {
    expect(touched('POST', '/Move', body)).toEqual(expected)
  })

  it('no body at all', () => {
    expect(touched('POST', '/Move', '', { contentType: undefined })).toEqual([])
  })

  it.each([
    ['unknown', { whatever: 1 }],
    ['of two overloads', { count: 1, person: {} }],
  ])('is refused: %s', (_name, body) => {
    expect(touched('POST', '/Move', body)).toBe('odata_unknown_name')
  })

  it('the binding parameter is none of them', () => {
    expect(touched('POST', '/Events(1)/EM.Cancel', { reason: 'x' })).toEqual([])
    expect(touched('POST', '/Events(1)/EM.Cancel', { it: { '@id': 'Events(2)' } })).toBe('odata_unknown_name')
  })
})

describe('rows 63 and 65: what is read at all', () => {
  it.each([
    ['no type', undefined],
    ['Atom', 'application/atom+xml'],
    ['XML', 'application/xml'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['text', 'text/plain'],
    ['UTF-16', 'application/json; charset=utf-16'],
    ['Latin-1', 'application/json;charset="iso-8859-1"'],
    ['an unknown parameter', 'application/json;whatever=1'],
    ['a parameter twice', 'application/json;charset=utf-8;charset=utf-16'],
    ['two types', 'application/json, application/xml'],
    ['nonsense', 'json'],
  ])('415: %s', (_name, contentType) => {
    expect(touched('POST', '/Events', {}, { contentType })).toBe('odata_body_type')
  })

  it.each([
    'application/json',
    'Application/JSON; Charset=UTF-8',
    'application/json;odata.metadata=minimal;IEEE754Compatible=true;odata.streaming=true',
  ])('%s', (contentType) => {
    expect(touched('POST', '/Events', {}, { contentType })).toEqual([])
  })

  it.each([
    ['a duplicate', '{"Bookings":[],"Bookings":[{}]}'],
    ['an escaped duplicate', '{"Bookings":[],"Book\\u0069ngs":[{}]}'],
    ['a byte order mark', '\ufeff{}'],
    ['trailing data', '{}{}'],
    ['nothing', ''],
  ])('not JSON: %s', (_name, body) => {
    expect(touched('POST', '/Events', body)).toBe('odata_malformed')
  })

  it('an escaped name is the name', () => {
    expect(touched('POST', '/Events', '{"Book\\u0069ngs":[{}]}')).toEqual(['POST Bookings'])
  })

  it('too deep names the limit', () => {
    const body = `${'{"Parent":'.repeat(40)}{}${'}'.repeat(40)}`
    expect(send('POST', '/Events', body)).toMatchObject({ code: 'odata_limit', limit: { name: 'jsonDepth' } })
  })

  it('annotations and control information that nobody understands are refused', () => {
    for (const name of [
      '@NS.Term',
      'Name@Core.Description',
      '@odata.editLink',
      '@odata.id',
      '@readLink',
      'Account@navigationLink',
      'Bookings@odata.nextLink',
      'Bookings@odata.count',
      'Banner@odata.mediaEditLink',
      '@odata.deltaLink',
      '@collectionAnnotations',
    ]) {
      expect(touched('POST', '/Events', { [name]: 'x' }), name).toBe('odata_not_supported')
    }
    const passed = {
      '@odata.etag': 'W/"1"',
      '@odata.mediaContentType': 'image/png',
      'Name@odata.type': '#String',
      'Banner@mediaContentType': 'x',
    }
    expect(touched('POST', '/Events', passed)).toEqual([])
  })
})

describe('types that are open, undescribed, or hold anything', () => {
  it('an open type takes undeclared scalars only', () => {
    expect(touched('POST', '/Notes', { ID: 'a', Text: 'x', Count: 1 })).toEqual([])
    expect(touched('POST', '/Notes', { Text: { a: 1 } })).toBe('odata_not_supported')
    expect(touched('POST', '/Notes', { Text: ['a'] })).toBe('odata_not_supported')
    expect(touched('POST', '/Notes', { 'Author@odata.bind': 'People(1)' })).toBe('odata_not_supported')
  })

  it('of an undescribed type nobody knows what members that hold something lead to', () => {
    expect(touched('POST', '/Secrets', { Anything: 'x' })).toEqual([])
    expect(touched('POST', '/Secrets', { Anything: { a: 1 } })).toEqual(['?'])
    expect(touched('POST', '/Secrets', { Anything: [1] })).toEqual(['?'])
    expect(touched('POST', '/Secrets', { 'Author@odata.bind': 'x' })).toEqual(['?'])
    expect(touched('POST', '/Secrets', { '@odata.type': '#X.Y' })).toEqual(['?'])
  })

  it('GeoJSON leads nowhere, what is untyped could', () => {
    expect(touched('POST', '/Shapes', { At: { type: 'Point', coordinates: [1, 2] } })).toEqual([])
    expect(touched('POST', '/Shapes', { More: { a: 1 } })).toEqual(['?'])
    expect(touched('POST', '/Shapes', { More: 1 })).toEqual([])
  })
})

describe('bodies of other requests', () => {
  it('links: a body of a request to $ref', () => {
    expect(touched('POST', '/Events(1)/Bookings/$ref', { '@odata.id': 'Bookings(1)' })).toEqual([
      'PATCH Bookings',
    ])
    expect(
      touched('PUT', '/Bookings(1)/Account/$ref', { '@id': 'Accounts(1)', '@context': '#$ref' }),
    ).toEqual(['GET Accounts'])
    expect(touched('PUT', '/Bookings(1)/Account/$ref', { '@id': 'Events(1)' })).toBe('odata_malformed')
    expect(touched('PUT', '/Bookings(1)/Account/$ref', { '@id': 'Accounts(1)', Name: 'x' })).toBe(
      'odata_malformed',
    )
    expect(touched('PUT', '/Bookings(1)/Account/$ref', {})).toBe('odata_malformed')
  })

  it('values of properties', () => {
    expect(touched('PUT', '/Events(1)/Name', { value: 'x' })).toEqual([])
    expect(touched('PUT', '/Events(1)/Name', { value: 'x', Account: {} })).toBe('odata_unknown_name')
    expect(touched('PATCH', '/Events(1)/Location', { Country: { Name: 'x' } })).toEqual([
      'PATCH Countries',
      'POST Countries',
    ])
    expect(touched('PUT', '/Events(1)/Stops', { value: [{ Country: null }] })).toEqual([
      'DELETE Countries',
      'GET Countries',
    ])
    expect(touched('PUT', '/Events(1)/Tags', { value: ['a'] })).toEqual([])
  })

  it('streams are any bytes; a media entity is made from its bytes', () => {
    const bytes = Buffer.from([0xff, 0xd8, 0x00])
    expect(touched('PUT', '/Events(1)/Banner', bytes, { contentType: 'image/jpeg' })).toEqual([])
    expect(touched('POST', '/Blobs', bytes, { contentType: 'image/jpeg' })).toEqual([])
    for (const contentType of [
      'application/atom+xml',
      'multipart/mixed;boundary=a',
      'application/x-unknown',
    ]) {
      expect(touched('POST', '/Blobs', bytes, { contentType })).toBe('odata_body_type')
    }
    expect(touched('POST', '/Events', bytes, { contentType: 'image/jpeg' })).toBe('odata_body_type')
  })

  it('where nothing is expected nothing may stand', () => {
    expect(touched('DELETE', '/Events(1)', '')).toEqual([])
    expect(touched('DELETE', '/Events(1)', {})).toBe('odata_malformed')
    expect(touched('GET', '/Events', '{}')).toBe('odata_malformed')
  })

  it('in a batch: links to earlier requests, no values of their answers', () => {
    const position = analyseTarget(model, { method: 'POST', text: '/Accounts', ifMatch: false }, options)
    if (!position.ok || !position.result.position) throw new Error('No position')
    const earlier = { references: new Map([['1', position.result.position]]), earlier: new Set(['1', 'x']) }
    const answer = send('POST', '/Events', { 'Account@bind': '$1', Name: '$2/Name' }, earlier)
    expect(answer).toMatchObject({ ok: true, linked: new Set(['1']) })
    expect(answer.ok && answer.touches.map(({ endpoint }) => endpoint)).toEqual(['GET Accounts'])
    expect(touched('POST', '/Events', { 'Bookings@bind': ['$1'] }, earlier)).toBe('odata_malformed')
    expect(touched('POST', '/Events', { Name: '$1/Email' }, earlier)).toBe('odata_not_supported')
    expect(touched('POST', '/Events', '{"Name":"\\u0024x/Email"}', earlier)).toBe('odata_not_supported')
    expect(touched('POST', '/Events', { Name: '$1' }, earlier)).toEqual([])
  })

  it('a long list tells some of its causes, and is walked in one go', () => {
    const body = { Bookings: Array.from({ length: 40_000 }, (_, seats) => ({ Seats: seats, Account: {} })) }
    const answer = send('POST', '/Events', body)
    expect(answer.ok && answer.touches.map(({ by }) => by.length)).toEqual([20, 20])
    const objects = { Stops: Array.from({ length: LIMITS.bodyObjects }, () => ({})) }
    expect(send('POST', '/Events', objects)).toMatchObject({ limit: { name: 'bodyObjects' } })
  })
})
