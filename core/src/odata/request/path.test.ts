import { describe, expect, it } from 'vitest'
import { accepted, analyse, refusal, touched } from './testing/events-model.ts'

const E = 'GET Events'
const A = 'GET Accounts'

describe('A resource path touches every set that it names (rows 1 to 28)', () => {
  it.each([
    ['1', 'GET', '/Events(1)/Account', [A, E]],
    ['1', 'GET', '/Events', [E]],
    ['1', 'HEAD', '/Events(1)', [E]],
    ['2', 'GET', '/Events/1/Account', [A, E]],
    ['2', 'GET', '/Bookings/1/7', ['GET Bookings']],
    ['3', 'GET', '/Events(1)/Account/Name/$value', [A, E]],
    ['4', 'GET', '/Events(1)/Account/$ref', [A, E]],
    ['5', 'DELETE', '/Events(1)/Account', ['DELETE Accounts', E]],
    ['5', 'PATCH', '/Events(1)/Account', [E, 'PATCH Accounts', 'POST Accounts']],
    ['6', 'POST', '/Accounts(1)/Events', [A, 'POST Events']],
    ['7', 'POST', '/Events(1)/Bookings/$ref', ['PATCH Bookings', 'PATCH Events']],
    ['8', 'GET', '/Events(1)/Bookings/$count', ['GET Bookings', E]],
    ['8', 'GET', '/Accounts/$count', [A]],
    ['9', 'GET', '/Events/EM.Gala', [E]],
    ['9', 'GET', '/Events(1)/EM.Gala/Sponsor', [A, E]],
    ['9', 'GET', '/Events(1)/Gala/Sponsor', [A, E]],
    ['9', 'GET', '/Events/E.Gala(1)', [E]],
    ['10', 'GET', '/Events(1)/Sessions(2)', [E]],
    ['10', 'GET', '/Events(1)/Sessions(2)/Speaker', [A, E]],
    ['11', 'GET', '/Events(1)/Location/Country', ['GET Countries', E]],
    ['11', 'GET', '/Events(1)/Stops/$count', [E]],
    ['12', 'GET', '/Me', ['GET Me']],
    ['12', 'GET', '/Me/Invoices', [A, 'GET Invoices', 'GET Me']],
    ['13', 'GET', '/Events(1)/EM.Organiser()', [A, 'GET Events/EM.Organiser']],
    ['13', 'GET', '/Events(1)/Organiser', [A, 'GET Events/EM.Organiser']],
    ['13', 'GET', '/Events(1)/E.Organiser()/Events', [A, E, 'GET Events/EM.Organiser']],
    ['13', 'GET', '/Accounts(1)/Events(2)/EM.Organiser()', [A, E, 'GET Events/EM.Organiser']],
    ['14', 'GET', '/TopAccounts(n=2)', [A, 'GET TopAccounts']],
    ['14', 'GET', '/TopAccounts(n=@n)?@n=2', [A, 'GET TopAccounts']],
    ['14', 'GET', '/TopAccounts(n=2)(1)/Events', [A, E, 'GET TopAccounts']],
    ['15', 'POST', '/Events(1)/EM.Cancel', [E, 'POST Events/EM.Cancel']],
    ['15', 'POST', '/MergeAccounts', [A, 'POST MergeAccounts']],
    ['16', 'POST', '/Events/$each/EM.Cancel', [E, 'POST Events/EM.Cancel']],
    ['16', 'POST', '/Events/$filter(@f)/$each/EM.Cancel?@f=Account/ID eq 1', [A, E, 'POST Events/EM.Cancel']],
    ['17', 'DELETE', "/Events/$filter(@f)/$each?@f=Account/Name eq 'x'", ['DELETE Events', A, E]],
    ['17', 'PATCH', '/Events', ['PATCH Events', 'POST Events']],
    ['18', 'GET', '/Events/$filter(@f)/$count?@f=Account/CreditLimit gt 5', [A, E]],
    ['18', 'GET', '/Events/$filter(ID gt 5)', [E]],
    ['19', 'GET', '/$entity?$id=Accounts(1)', [A]],
    ['19', 'GET', '/$entity?$id=https://gw.example/odata/Accounts(1)', [A]],
    ['19', 'GET', '/$entity?$id=/odata/Events(1)/Account', [A, E]],
    ['19', 'GET', '/$entity/EM.Vip?$id=Accounts(1)&$expand=Events', [A, E]],
    ['20', 'GET', '/$crossjoin(Events,Invoices)', [E, 'GET Invoices']],
    [
      '20',
      'GET',
      '/$crossjoin(Events,Invoices)?$filter=Events/Account/ID eq Invoices/ID',
      [A, E, 'GET Invoices'],
    ],
    ['21', 'GET', '/$all', ['?']],
    ['21', 'GET', '/$all/EM.Account', ['?']],
    ['23', 'GET', '/Invoices(1)/$value', ['GET Invoices']],
    ['23', 'PUT', '/Invoices(1)/$value', ['PATCH Invoices']],
    ['23', 'DELETE', '/Invoices(1)/$value', ['DELETE Invoices']],
    ['23', 'GET', '/Events(1)/Banner', [E]],
    ['23', 'PUT', '/Events(1)/Banner', ['PATCH Events']],
    ['24', 'GET', "/Events(Code='X')", [E]],
    ['24', 'GET', '/Events(ID=@k)?@k=$root/Accounts(1)/ID', [A, E]],
    ['24', 'GET', '/Events(@k)?@k=5', [E]],
    ['25', 'GET', '/Events(1)/Tags/0', [E]],
    ['25', 'GET', '/Events(1)/Stops/-1', [E]],
    ['54', 'GET', '/Invoices', [A, 'GET Invoices']],
    ['54', 'POST', '/Invoices', [A, 'POST Invoices']],
    ['59', 'PATCH', '/Events(1)', ['PATCH Events', 'POST Events']],
    ['59', 'PUT', '/Events(1)', ['PATCH Events', 'POST Events']],
    ['59', 'PATCH', '/Bookings(Event=1,No=2)', ['PATCH Bookings']],
    ['59', 'PATCH', '/Me', ['PATCH Me']],
    ['-', 'PUT', '/Events(1)/Name', ['PATCH Events']],
    ['-', 'DELETE', '/Events(1)/Location', ['PATCH Events']],
    ['-', 'POST', '/Events(1)/Tags', ['PATCH Events']],
  ])('row %s: %s %s', (_, method, text, touches) =>
    expect(touched(accepted(method, text.replaceAll(' ', '%20')))).toEqual(touches),
  )

  it('With If-Match nothing is inserted (row 59)', () => {
    expect(touched(accepted('PATCH', '/Events(1)', { ifMatch: true }))).toEqual(['PATCH Events'])
    expect(accepted('PATCH', '/Events(1)', { ifMatch: true }).body).toMatchObject({ change: 'update' })
    expect(accepted('PUT', '/Events(1)').body).toMatchObject({ change: 'upsert' })
  })

  it('Nobody knows what is reached without a set of the type', () => {
    expect(touched(accepted('GET', '/Orphans(1)'))).toEqual(['GET Orphans'])
    expect(touched(accepted('GET', '/Orphans(1)/Lost'))).toEqual(['GET Orphans', '?'])
    expect(touched(accepted('GET', '/Orphans?$expand=Lost'))).toEqual(['GET Orphans', '?'])
  })

  it('A link is taken away at both ends (row 7)', () => {
    const text = '/Events(1)/Bookings/$ref?$id=Bookings(Event=1,No=9)'
    const analysis = accepted('DELETE', text)
    expect(touched(analysis)).toEqual(['PATCH Bookings', 'PATCH Events'])
    expect(refusal('DELETE', '/Events(1)/Bookings/$ref?$id=../Bookings(9)')).toBe('odata_malformed')
    expect(refusal('DELETE', '/Events(1)/Bookings/$ref?$id=https://evil.example/odata/Bookings(9)')).toBe(
      'odata_not_supported',
    )
  })
})

describe('A resource path is written anew', () => {
  it.each([
    ['/Events/1/Account', '/Events(1)/Account'],
    ['/Bookings/1/7', '/Bookings(Event=1,No=7)'],
    ["/Countries/O'Neil", "/Countries('O''Neil')"],
    ['/Countries/caf%C3%A9', "/Countries('caf%C3%A9')"],
    ['/Events%28ID%20=%201%29', '/Events(ID=1)'],
    ['/Events(1)/E.Gala/Sponsor/', '/Events(1)/EM.Gala/Sponsor'],
    ['/Events(1)/Organiser', '/Events(1)/EM.Organiser'],
    ['/TopAccounts(%20n=2%20)', '/TopAccounts(n=2)'],
    ['', '/'],
    ['/', '/'],
    ['?$format=json', '/?$format=json'],
  ])('%s becomes %s', (text, target) => expect(accepted('GET', text).target).toBe(target))
})

describe('A path that is not understood is refused', () => {
  it.each([
    ['9: a cast to a type of no relation', '/Events/EM.Account', 'odata_not_supported'],
    ['14: an implicit alias', '/TopAccounts?n=2', 'odata_not_supported'],
    ['14: an implicit alias with its mark', '/TopAccounts?@n=2', 'odata_unknown_name'],
    ['19: a foreign entity-id', '/$entity?$id=https://evil.example/odata/Accounts(1)', 'odata_not_supported'],
    ['19: another service', '/$entity?$id=/other/Accounts(1)', 'odata_not_supported'],
    ['19: no entity-id', '/$entity', 'odata_malformed'],
    ['26: a qualified set name', '/EM.Accounts', 'odata_unknown_name'],
    ['26: a container path', '/Container.Accounts', 'odata_unknown_name'],
    ['26: a container segment', '/EM.Container/Accounts', 'odata_unknown_name'],
    ['27: an unknown segment', '/Events(1)/Whatever', 'odata_unknown_name'],
    ['47: identifiers in another case', '/events', 'odata_unknown_name'],
    ['47: properties in another case', '/Events(1)/account', 'odata_unknown_name'],
    ['68: $batch with more', '/$batch/Events', 'odata_unknown_name'],
    ['69: a reference outside of a batch', '/$1/Bookings', 'odata_unknown_name'],
    ['77: an empty segment', '//Accounts', 'odata_malformed'],
    ['77: dot segments', '/Events/../Accounts', 'odata_malformed'],
    ['77: encoded dots', '/Events/%2e%2e/Accounts', 'odata_malformed'],
    ['77: a backslash', '/Events\\Accounts', 'odata_malformed'],
    ['77: an encoded backslash', '/Events%5CAccounts', 'odata_malformed'],
    ['77: an encoded slash', '/Events(1)%2FAccount', 'odata_malformed'],
    ['77: an encoded slash in a key', "/Countries('a%2Fb')", 'odata_malformed'],
    ['77: a NUL', '/Events%00', 'odata_malformed'],
    ['77: an encoded percent', '/Events%2528', 'odata_malformed'],
    ['77: a parameter of a segment', '/Events;x=1', 'odata_malformed'],
    ['77: an encoded question mark', '/Events%3F$expand=Account', 'odata_malformed'],
    ['77: a needless encoding', '/%45vents', 'odata_malformed'],
    ['77: a space before a name', '/%20Events', 'odata_malformed'],
    ['77: a space before a key', '/Events%20(1)', 'odata_malformed'],
    ['77: two slashes at the end', '/Events//', 'odata_malformed'],
    ['77: an absolute form', 'http://gw.example/odata/Events', 'odata_malformed'],
    ['a key of other parts', '/Bookings(Nothing=1)', 'odata_unknown_name'],
    ['two keys', '/Events(1)(2)', 'odata_malformed'],
    ['a property behind a set', '/Events/Name', 'odata_not_supported'],
    ['a segment behind $count', '/Events/$count/Name', 'odata_unknown_name'],
    ['$value of a set', '/Events/$value', 'odata_unknown_name'],
    ['$value without media', '/Accounts(1)/$value', 'odata_unknown_name'],
    ['a segment behind a call without ()', '/Events(1)/EM.Organiser/Events', 'odata_not_supported'],
    ['other parameters', '/TopAccounts(m=2)', 'odata_unknown_name'],
    ['an action with parentheses', '/Events(1)/EM.Cancel()', 'odata_not_supported'],
  ])('row %s', (_, text, code) => expect(refusal('GET', text)).toBe(code))

  it('Limits are named (row 79)', () => {
    expect(analyse('GET', `/Events?$filter=${'x'.repeat(8200)}`)).toMatchObject({
      code: 'odata_limit',
      limit: { name: 'urlLength' },
    })
    expect(analyse('GET', `/Events${'/Parent'.repeat(40)}`)).toMatchObject({
      limit: { name: 'pathSegments' },
    })
    expect(analyse('GET', `/Events?$filter=${'('.repeat(1500)}1 eq 1`.replaceAll(' ', '%20'))).toMatchObject({
      limit: { name: 'nesting' },
    })
  })
})

describe('A method that the address does not have', () => {
  it.each([
    ['DELETE', '/Events', ['GET', 'PATCH', 'POST']],
    ['POST', '/Events(1)', ['DELETE', 'GET', 'PATCH', 'PUT']],
    ['GET', '/Events(1)/EM.Cancel', ['POST']],
    ['POST', '/Events(1)/EM.Organiser()', ['GET']],
    ['PATCH', '/Events/$count', ['GET']],
    ['DELETE', '/Events/$ref', ['GET']],
    ['PATCH', '/Events/$filter(ID%20eq%201)', ['GET']],
    ['GET', '/Events/$query', ['POST']],
    ['POST', '/', ['GET']],
    ['GET', '/$batch', ['POST']],
    ['POST', '/$entity?$id=Accounts(1)', ['GET']],
  ])('%s %s', (method, text, methods) =>
    expect(analyse(method, text)).toMatchObject({ code: 'odata_method', methods }),
  )

  it('TRACE, MERGE and made-up ones are none at all (rows 72 and 81)', () => {
    for (const method of ['TRACE', 'OPTIONS', 'MERGE', 'get'])
      expect(refusal(method, '/Events')).toBe('odata_method')
  })
})
