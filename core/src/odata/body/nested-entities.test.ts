import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '#odata/limits.ts'
import { send, touched } from './testing/bodies.ts'

describe('row 55: deep insert', () => {
  it.each([
    ['nothing nested', { Name: 'x', Price: 1, Tags: ['a'], Active: true }, []],
    ['a nested list', { Bookings: [{ Seats: 1 }] }, ['POST Bookings']],
    ['two hops', { Bookings: [{ Account: { Name: 'x' } }] }, ['POST Accounts', 'POST Bookings']],
    [
      'what is contained stays with its set',
      { Sessions: [{ Speaker: { Name: 'x' } }] },
      ['POST Events', 'POST People'],
    ],
    ['by way of a complex value', { Location: { Country: { Code: 'NZ' } } }, ['POST Countries']],
    ['by way of a list of complex values', { Stops: [{}, { Country: { Code: 'NZ' } }] }, ['POST Countries']],
    [
      'a property without a binding: all sets of the type; a singleton is not created',
      { Guests: [{ ID: 1 }] },
      ['POST People', 'POST Staff'],
    ],
    ['a list without anything in it names its set all the same', { Bookings: [] }, ['POST Bookings']],
    ['nothing at a single one names its set', { Account: null }, ['GET Accounts']],
  ])('%s', (_name, body, expected) => {
    expect(touched('POST', '/Events', body)).toEqual(expected)
  })

  it.each([
    ['an unknown member of a closed type', { Whatever: 1 }, 'odata_unknown_name'],
    ['an unknown member of a nested one', { Bookings: [{ Whatever: 1 }] }, 'odata_unknown_name'],
    ['a name in other letters', { bookings: [{}] }, 'odata_unknown_name'],
    ['an object for a list', { Bookings: {} }, 'odata_malformed'],
    ['a list for an object', { Account: [{}] }, 'odata_malformed'],
    ['an object for a primitive value', { Name: { Account: {} } }, 'odata_malformed'],
    ['a list of objects for primitive values', { Tags: [{}] }, 'odata_malformed'],
    ['a text for a complex value', { Location: 'x' }, 'odata_malformed'],
    ['a list', [{ Name: 'x' }], 'odata_malformed'],
    ['a member of a derived type without its name', { Sponsor: { Name: 'x' } }, 'odata_unknown_name'],
    ['__proto__', '{"__proto__":{"Bookings":[]}}', 'odata_unknown_name'],
  ])('is refused: %s', (_name, body, code) => {
    expect(touched('POST', '/Events', body)).toBe(code)
  })

  it('a cause is the place of the name in the bytes', () => {
    const answer = send('POST', '/Events', '{"Name":"é","Bookings":[{"Account":{}}]}')
    expect(answer.ok && answer.touches).toEqual([
      { endpoint: 'POST Bookings', by: [{ in: 'body', text: 'Bookings', at: [13, 23] }] },
      { endpoint: 'POST Accounts', by: [{ in: 'body', text: 'Bookings/Account', at: [26, 35] }] },
    ])
    expect(answer.ok && [...answer.names].toSorted()).toEqual(['Account', 'Bookings', 'Name'])
  })
})

describe('row 56: links', () => {
  it.each([
    ['4.0', { 'Account@odata.bind': 'Accounts(1)' }, ['GET Accounts']],
    ['4.01', { 'Account@bind': 'Accounts(1)' }, ['GET Accounts']],
    ['an object with its id', { Account: { '@id': 'Accounts(1)' } }, ['GET Accounts']],
    ['an object with its id, 4.0', { Account: { '@odata.id': 'Accounts(1)' } }, ['GET Accounts']],
    [
      'a collection keeps the link with the target',
      { 'Bookings@odata.bind': ['Bookings(1)', 'Bookings(2)'] },
      ['PATCH Bookings'],
    ],
    ['objects with ids in a collection', { Bookings: [{ '@id': 'Bookings(1)' }] }, ['PATCH Bookings']],
    [
      'the way to the entity is read',
      { 'Account@bind': 'Bookings(1)/Account' },
      ['GET Accounts', 'GET Bookings'],
    ],
    [
      'to another set of the type',
      { 'Guests@bind': ['Staff(1)'] },
      ['PATCH Me', 'PATCH People', 'PATCH Staff'],
    ],
    [
      'an id beside other members: linked, changed or created',
      { Account: { '@id': 'Accounts(1)', Name: 'x' } },
      ['GET Accounts', 'PATCH Accounts', 'POST Accounts'],
    ],
    ['nothing', { 'Account@bind': null }, ['GET Accounts']],
  ])('%s', (_name, body, expected) => {
    expect(touched('POST', '/Events', body)).toEqual(expected)
  })

  it.each([
    ['another origin', { 'Account@odata.bind': 'http://other/service/Accounts(1)' }, 'odata_not_supported'],
    ['a path out of the service', { 'Account@odata.bind': '/other/Accounts(1)' }, 'odata_not_supported'],
    ['dot segments', { 'Account@odata.bind': '../Accounts(1)' }, 'odata_malformed'],
    [
      'options (oasis-tcs/odata-specs 292)',
      { 'Account@odata.bind': 'Accounts(1)?$expand=Owner' },
      'odata_not_supported',
    ],
    ['injected options', { 'Account@odata.bind': 'Accounts(1&$expand=Owner)' }, 'odata_malformed'],
    ['a whole set', { 'Account@odata.bind': 'Accounts' }, 'odata_malformed'],
    ['an entity of another type', { 'Account@odata.bind': "Venues('x')" }, 'odata_malformed'],
    ['an unknown set', { 'Account@odata.bind': 'Whatever(1)' }, 'odata_unknown_name'],
    ['an unknown navigation property', { 'Whatever@odata.bind': 'Accounts(1)' }, 'odata_unknown_name'],
    ['of a structural property', { 'Name@odata.bind': 'Accounts(1)' }, 'odata_not_supported'],
    ['a number', { 'Account@odata.bind': 1 }, 'odata_malformed'],
    ['a list for one', { 'Account@odata.bind': ['Accounts(1)'] }, 'odata_malformed'],
    ['one for a list', { 'Bookings@odata.bind': 'Bookings(1)' }, 'odata_malformed'],
    [
      'the two spellings together',
      { 'Account@odata.bind': 'Accounts(1)', 'Account@bind': 'Accounts(2)' },
      'odata_malformed',
    ],
    ['an earlier request outside of a batch', { 'Account@bind': '$1' }, 'odata_malformed'],
  ])('is refused: %s', (_name, body, code) => {
    expect(touched('POST', '/Events', body)).toBe(code)
  })

  it('are written in their canonical form; all other bytes stay', () => {
    const text =
      '{ "Price":12345678901234567890.10, "Account@bind" : "http://HOST/service/Accounts/1", "Name":"\\u0061" }'
    const answer = send('POST', '/Events', text)
    expect(answer.ok && Buffer.from(answer.bytes).toString()).toBe(
      '{ "Price":12345678901234567890.10, "Account@bind" : "Accounts(1)", "Name":"\\u0061" }',
    )
  })

  it('more of them than the limit are refused, the limit named', () => {
    const links = Array.from({ length: LIMITS.bodyReferences + 1 }, () => 'Bookings(1)')
    expect(touched('POST', '/Events', { 'Bookings@bind': links.slice(1) })).toEqual(['PATCH Bookings'])
    expect(send('POST', '/Events', { 'Bookings@bind': links })).toMatchObject({
      limit: { name: 'bodyReferences' },
    })
  })
})

describe('row 57: deep update and delta', () => {
  it.each([
    ['a nested entity', { Account: { Name: 'x' } }, ['PATCH Accounts', 'POST Accounts']],
    [
      'a list is all that remains: others go',
      { Bookings: [{ ID: 1, Seats: 2 }] },
      ['DELETE Bookings', 'PATCH Bookings', 'POST Bookings'],
    ],
    ['an empty list', { Bookings: [] }, ['DELETE Bookings', 'PATCH Bookings']],
    ['nothing at a single one', { Account: null }, ['DELETE Accounts', 'GET Accounts']],
    ['delta: a changed or new one', { 'Bookings@delta': [{ ID: 1 }] }, ['PATCH Bookings', 'POST Bookings']],
    [
      'delta: a deleted one',
      { 'Bookings@delta': [{ '@removed': { reason: 'deleted' }, '@id': 'Bookings(1)' }] },
      ['DELETE Bookings'],
    ],
    [
      'delta 4.0: a deleted one',
      { 'Bookings@odata.delta': [{ '@odata.removed': { reason: 'deleted' }, ID: 1 }] },
      ['DELETE Bookings'],
    ],
    [
      'delta: one taken out',
      { 'Bookings@delta': [{ '@removed': { reason: 'changed' }, ID: 1 }] },
      ['PATCH Bookings'],
    ],
    [
      'delta: one that says no reason',
      { 'Bookings@delta': [{ '@removed': {}, ID: 1 }] },
      ['DELETE Bookings', 'PATCH Bookings'],
    ],
    [
      'delta: what is contained is gone when taken out',
      { 'Sessions@delta': [{ '@removed': { reason: 'changed' }, ID: 1 }] },
      ['DELETE Events', 'PATCH Events'],
    ],
    [
      'delta: an id leads to another set',
      { 'Guests@delta': [{ '@id': 'Staff(1)', Name: 'x' }] },
      ['PATCH Me', 'PATCH People', 'PATCH Staff', 'POST People', 'POST Staff'],
    ],
    [
      'delta in delta',
      { 'Bookings@delta': [{ ID: 1, Account: { Name: 'x' } }] },
      ['PATCH Accounts', 'PATCH Bookings', 'POST Accounts', 'POST Bookings'],
    ],
    ['an empty delta', { 'Bookings@delta': [] }, ['PATCH Bookings']],
  ])('%s', (_name, body, expected) => {
    expect(touched('PATCH', '/Events(1)', body)).toEqual(expected)
    expect(touched('PUT', '/Events(1)', body, { ifMatch: false })).toEqual(expected)
  })

  it.each([
    ['a delta in an insert', 'POST', '/Events', { 'Bookings@delta': [] }, 'odata_malformed'],
    ['a delta of a single one', 'PATCH', '/Events(1)', { 'Account@delta': [] }, 'odata_malformed'],
    [
      'removed outside of a delta',
      'PATCH',
      '/Events(1)',
      { '@removed': { reason: 'deleted' } },
      'odata_not_supported',
    ],
    [
      'an unknown reason',
      'PATCH',
      '/Events(1)',
      { 'Bookings@delta': [{ '@removed': { reason: 'moved' } }] },
      'odata_malformed',
    ],
    ['a text as item', 'PATCH', '/Events(1)', { 'Bookings@delta': ['x'] }, 'odata_malformed'],
    [
      'removed in both spellings',
      'PATCH',
      '/Events(1)',
      { 'Bookings@delta': [{ '@removed': {}, '@odata.removed': {} }] },
      'odata_malformed',
    ],
  ])('is refused: %s', (_name, method, text, body, code) => {
    expect(touched(method, text, body)).toBe(code)
  })

  it('a delta payload for a set', () => {
    const value = [
      { ID: 1, Name: 'x' },
      { '@removed': { reason: 'deleted' }, '@id': 'Events(2)' },
      { ID: 3, Account: { ID: 1 } },
    ]
    const expected = ['DELETE Events', 'PATCH Accounts', 'PATCH Events', 'POST Accounts', 'POST Events']
    expect(touched('PATCH', '/Events', { '@context': '#$delta', value })).toEqual(expected)
    expect(touched('PATCH', '/Events', { '@odata.context': '$metadata#Events/$delta', value: [] })).toEqual(
      [],
    )
    expect(touched('PATCH', '/Events', { '@context': '#Accounts/$delta', value: [] })).toBe(
      'odata_not_supported',
    )
    expect(touched('PATCH', '/Events', { value: [], '@deltaLink': 'x' })).toBe('odata_unknown_name')
    expect(
      touched('PATCH', '/Events', { value: [{ '@context': '#Accounts/$deletedEntity', id: 'Accounts(1)' }] }),
    ).toBe('odata_not_supported')
  })
})
