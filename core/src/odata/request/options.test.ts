import { describe, expect, it } from 'vitest'
import { accepted, analyse, refusal, touched } from './testing/events-model.ts'

const E = 'GET Events'
const A = 'GET Accounts'
const B = 'GET Bookings'
const I = 'GET Invoices'
const C = 'GET Countries'

const sent = (text: string) => text.replaceAll(' ', '%20')

describe('Every option touches what it names (rows 29 to 54)', () => {
  it.each([
    ['29', '/Events?$expand=Parent($expand=Account)', [A, E]],
    ['29', '/Events?$expand=Account($select=ID),Bookings', [A, B, E]],
    ['30', '/Events?$expand=*', [A, B, E]],
    ['30', '/Events?$expand=*/$ref', [A, B, E]],
    ['30', '/Events?$expand=*($levels=2)', [A, B, E, I]],
    ['31', '/Events?$expand=Parent($levels=3)', [E]],
    ['31', '/Events?$expand=Parent($levels=max;$expand=Account)', [A, E]],
    ['32', '/Events?$expand=EM.Gala/Sponsor/$ref', [A, E]],
    ['32', "/Events?$expand=Bookings/$count($filter=Invoice/Owner/Name eq 'x')", [A, B, E, I]],
    ['32', '/Events?$expand=Account/EM.Vip($select=ID)', [A, E]],
    ['32', '/Events?$expand=Location/Country', [C, E]],
    ['32', '/Events?$expand=Location/*', [C, E]],
    ['32', '/Events?$expand=Banner', [E]],
    ['33', "/Events?$filter=startswith(Account/Name,'a')", [A, E]],
    ['34', '/Events?$filter=Bookings/any(b:b/Invoice/Owner/CreditLimit gt 1)', [A, B, E, I]],
    ['35', '/Events?$orderby=Bookings/$count', [B, E]],
    ['36', '/Events?$filter=Account ne null', [A, E]],
    ['37', '/Events?$orderby=Account/CreditLimit desc', [A, E]],
    ['38', '/Events?$select=ID,Account/Name', [A, E]],
    ['38', '/Events?$select=Account', [A, E]],
    ['38', '/Events?$select=EM.Gala/Sponsor', [A, E]],
    ['38', '/Events?$select=Location/Country', [C, E]],
    ['38', '/Events?$select=Location(select=Country)', [C, E]],
    ['38', '/Events?$select=*,EM.Cancel,EM.*', [E]],
    ['39', '/Events?$compute=Account/Name as x&$select=x', [A, E]],
    ['39', '/Events?$select=x&$compute=Account/Name as x', [A, E]],
    ['40', '/Events?$apply=groupby((Account/Name))', [A, E]],
    ['40', '/Events?$orderby=m&$apply=aggregate(Account/CreditLimit with max as m)', [A, E]],
    ['41', '/Countries?$search=x', [C]],
    ['41', '/Events?$search=x', [E, '?']],
    ['42', '/Events?$filter=ID eq $root/Accounts(1)/ID', [A, E]],
    ['43', '/Events?$expand=Bookings($filter=Invoice/ID eq $it/Account/ID)', [A, B, E, I]],
    ['44', '/Events?$filter=@p eq 1&@p=Account/ID', [A, E]],
    ['44', '/Events?$select=Tags(@a=$this;$filter=@a eq 1)', [E]],
    ['47', '/Events?expand=Account', [A, E]],
    ['47', '/Events?$EXPAND=Account', [A, E]],
    ['47', '/Events?%24expand=Account', [A, E]],
    ['47', '/Events?%65xpand=Account', [A, E]],
    ['47', '/Events?$expand=Parent(EXPAND=Account)', [A, E]],
    ['51', '/Events?$skiptoken=gw.good', [A, E]],
    ['51', '/Events?$skiptoken=other', [E, '?']],
    ['51', '/Events?$deltatoken=abc', [E, '?']],
    ['52', '/Events?$schemaversion=*', [E]],
    ['54', '/Events?$expand=Bookings($expand=Invoice)', [A, B, E, I]],
    ['54', '/Events?$expand=Bookings($expand=Invoice/$ref)', [B, E, I]],
    ['60', '/Events?$expand=Account', [A, 'POST Events']],
  ])('row %s: %s', (row, text, touches) => {
    const analysis = row === '60' ? accepted('POST', text) : accepted('GET', sent(text))
    expect(touched(analysis)).toEqual(touches)
  })

  it('$levels goes on until nothing new is reached, and stays with one step where none is asked for', () => {
    expect(touched(accepted('GET', '/Events?$expand=Account($expand=Events($levels=2))'))).toEqual([A, E])
  })
})

describe('Options are written anew', () => {
  it.each([
    ['?expand=Account', '?$expand=Account'],
    ['?%24EXPAND=Account&TOP=5', '?$expand=Account&$top=5'],
    ['?$expand=*', '?$expand=Account,Bookings,Sessions,Parent,EM.Gala/Sponsor'],
    [
      '?$expand=Account($select=ID),*',
      '?$expand=Account($select=ID),Bookings,Sessions,Parent,EM.Gala/Sponsor',
    ],
    ['?$expand=*/$ref', '?$expand=Account/$ref,Bookings/$ref,Sessions/$ref,Parent/$ref,EM.Gala/Sponsor/$ref'],
    ['?$expand=Parent($levels=max)', '?$expand=Parent($levels=6)'],
    ['?$expand=Parent(SELECT=ID;top=1)', '?$expand=Parent($select=ID%3B$top=1)'],
    ['?$filter=Name%20%20eq%09%27a%26b%27', "?$filter=Name%20eq%20'a%26b'"],
    ['?$filter=@p%20eq%201&@p=ID', '?$filter=@p%20eq%201&@p=ID'],
    ['?$format=application/json;odata.metadata=full', '?$format=application/json%3Bodata.metadata=full'],
    ['?$top=5&&$skip=1', '?$top=5&$skip=1'],
    ['?', ''],
  ])('%s', (query, canonical) =>
    expect(accepted('GET', `/Events${query}`).target).toBe(`/Events${canonical}`),
  )

  it('A star that stands for nothing leaves no option behind', () => {
    expect(accepted('GET', '/Countries?$expand=*&$top=1').target).toBe('/Countries?$top=1')
    expect(accepted('GET', '/Events?$expand=Location/Country($expand=*)').target).toBe(
      '/Events?$expand=Location/Country',
    )
  })

  it('What the upstream calls its page is sent to it, and is not remembered (row 51)', () => {
    const analysis = analyse('GET', '/Events?$skiptoken=gw.good')
    expect(analysis).toMatchObject({ target: '/Events?$skiptoken=skip-5', memorable: false })
    expect(analyse('GET', '/Events?$skiptoken=other')).toMatchObject({ memorable: false })
    expect(analyse('GET', '/Events?$top=1')).toMatchObject({ memorable: true })
  })
})

describe('An option that is not understood is refused', () => {
  it.each([
    ['31', '$expand=Parent($levels=7)', 'odata_limit'],
    ['44: unused', '$top=1&@p=1', 'odata_malformed'],
    ['44: without a value', '$filter=@p eq 1', 'odata_malformed'],
    ['44: in a circle', '$filter=@p eq 1&@p=@q&@q=@p', 'odata_malformed'],
    ['44: twice', '$filter=@p eq 1&@p=1&@p=2', 'odata_malformed'],
    ['46: an annotation', '$expand=@NS.Ann', 'odata_not_supported'],
    ['47: a name in another case', '$expand=account', 'odata_unknown_name'],
    ['47: the Kelvin sign is no k', '$s%E2%84%AAip=1', 'odata_not_supported'],
    ['47: two marks', '$$expand=Account', 'odata_not_supported'],
    ['48', '$filter=ID eq 1&filter=ID eq 2', 'odata_malformed'],
    ['48', '$expand=Account&$expand=Parent', 'odata_malformed'],
    ['48: nested', '$expand=Parent($top=1;top=2)', 'odata_malformed'],
    ['48: an item twice', '$expand=Account,Account($select=ID)', 'odata_malformed'],
    ['49', 'x=1%26$expand=Account', 'odata_not_supported'],
    ['49', '$format=json%26$expand=Account', 'odata_not_supported'],
    ['49', '$skiptoken=1%26$expand=Account', 'odata_malformed'],
    ['49', '$deltatoken=1%26$expand=Account', 'odata_malformed'],
    ['49', '$search=x%26$expand=Account', 'odata_malformed'],
    ['49', '$top=1%26$expand=Account', 'odata_malformed'],
    ['49', '$select=ID%26$expand=Account', 'odata_malformed'],
    ['49', '$filter=1 eq 1%26$expand=Account', 'odata_malformed'],
    ['50', 'sap-client=100', 'odata_not_supported'],
    ['50', 'debug=1', 'odata_not_supported'],
    ['50: without a value', 'debug', 'odata_malformed'],
    ['52', '$schemaversion=2', 'odata_not_supported'],
    ['53', '$id=Accounts(1)', 'odata_not_supported'],
    ['53', '$index=1', 'odata_not_supported'],
    ['53', '$at=2020-01-01', 'odata_not_supported'],
    ['53', '$levels=2', 'odata_not_supported'],
    ['78', '$filter=ID+eq+1', 'odata_malformed'],
    ['78', '$expand=%20Account', 'odata_malformed'],
    ['a format of another kind', '$format=atom', 'odata_not_supported'],
    [
      'a parameter of a format twice',
      '$format=application/json;metadata=full;metadata=none',
      'odata_not_supported',
    ],
    ['a word as a number', '$top=five', 'odata_malformed'],
    ['a number with a sign', '$top=-1', 'odata_malformed'],
    ['a value that goes on', '$count=true,false', 'odata_malformed'],
    ['no property', '$select=Nothing', 'odata_unknown_name'],
    ['the type alone', '$select=EM.Gala', 'odata_malformed'],
    ['a property that cannot be expanded', '$expand=Name', 'odata_unknown_name'],
  ])('row %s: %s', (_, query, code) => expect(refusal('GET', `/Events?${sent(query)}`)).toBe(code))

  it.each([
    ['GET', '/Events(1)?$top=1'],
    ['GET', '/Events(1)?$filter=ID%20eq%201'],
    ['GET', '/Events(1)/Account?$skip=1'],
    ['GET', '/Events(1)/Name?$select=ID'],
    ['GET', '/Events/$count?$expand=Account'],
    ['GET', '/Events(1)/$ref?$expand=Account'],
    ['GET', '/Events(1)/Banner?$select=ID'],
    ['POST', '/Events?$filter=ID%20eq%201'],
    ['DELETE', '/Events(1)?$expand=Account'],
    ['POST', '/$batch?$top=1'],
    ['GET', '/$metadata?$filter=1%20eq%201'],
    ['GET', '/?$top=1'],
    ['GET', '/$entity?$id=Accounts(1)&$expand=Events'],
  ])('Each stands only where the grammar has it: %s %s', (method, text) =>
    expect(refusal(method, text)).toBe('odata_not_supported'),
  )

  it('Bounds of $expand are named (row 79)', () => {
    const deep = `${'Parent($expand='.repeat(7)}Parent${')'.repeat(7)}`
    expect(analyse('GET', `/Events?$expand=${deep}`)).toMatchObject({ limit: { name: 'expandDepth' } })
    expect(analyse('GET', '/Events?$expand=*($levels=6)')).toMatchObject({ limit: { name: 'expandItems' } })
  })
})

describe('Options in the body of /$query (row 22)', () => {
  it('are merged with those of the address, and go upstream in the body', () => {
    const analysis = accepted('POST', '/Events/$query?$top=1', {
      queryBody: '$expand=Account&$filter=@p eq 1&@p=ID',
    })
    expect(touched(analysis)).toEqual([A, E])
    expect(analysis.target).toBe('/Events/$query')
    expect(analysis.body).toEqual({ kind: 'query', text: '$top=1&$expand=Account&$filter=@p%20eq%201&@p=ID' })
    expect(touched(accepted('POST', '/Events(1)/$query', { queryBody: '' }))).toEqual([E])
  })

  it('are refused twice, over their limit, and beside the dialect', () => {
    expect(refusal('POST', '/Events/$query?$top=1', { queryBody: 'top=2' })).toBe('odata_malformed')
    expect(refusal('POST', '/Events/$query?ODataQuery=$top=1', { queryBody: '$skip=2' })).toBe(
      'odata_malformed',
    )
    expect(refusal('POST', '/Events/$query', { queryBody: `$filter=${'x'.repeat(33_000)}` })).toBe(
      'odata_limit',
    )
    expect(refusal('POST', '/Events/$query', { queryBody: 'x=1%26$expand=Account' })).toBe(
      'odata_not_supported',
    )
  })
})

describe('The dialect of Momentus: all options in one ODataQuery', () => {
  it.each([
    [
      "ODataQuery=$filter=Name%20eq%20'x'%26$expand=Account",
      "$filter=Name%20eq%20'x'%26$expand=Account",
      [A, E],
    ],
    ['odataquery=%24top%3D5', '$top=5', [E]],
    ["ODataQuery=$filter=Name%2520eq%2520'x'", "$filter=Name%20eq%20'x'", [E]],
    ['ODataQuery=expand=Account%26top=1', '$expand=Account%26$top=1', [A, E]],
  ])('%s', (query, canonical, touches) => {
    const analysis = accepted('GET', `/Events?${query}`)
    expect(analysis.target).toBe(`/Events?ODataQuery=${canonical}`)
    expect(touched(analysis)).toEqual(touches)
  })

  it.each([
    ['another option beside it', 'ODataQuery=$top=1&$skip=1', 'odata_malformed'],
    ['twice', 'ODataQuery=$top=1&odataquery=$skip=1', 'odata_malformed'],
    ['inside of itself', 'ODataQuery=ODataQuery=$top=1', 'odata_malformed'],
    [
      'a literal that would split it',
      "ODataQuery=$filter=Name%20eq%20'a%2526$expand=Account'",
      'odata_not_supported',
    ],
    [
      'a literal cut in two',
      "ODataQuery=$filter=Name%20eq%20'a%26$expand=Account%26b='",
      'odata_not_supported',
    ],
    ['encoded three times', "ODataQuery=$filter=Name%20eq%20'%25252527'", 'odata_not_supported'],
    ['an option twice', 'ODataQuery=$top=1%26top=2', 'odata_malformed'],
    ['an option of the service', 'ODataQuery=debug=1', 'odata_not_supported'],
  ])('is refused with %s', (_, query, code) => expect(refusal('GET', `/Events?${query}`)).toBe(code))

  it('says where in the raw text something is named', () => {
    const text = '/Events?ODataQuery=$filter%3DAccount/ID%20eq%201'
    const touch = accepted('GET', text).touches.find((each) => each.endpoint === A)
    const [start, end] = touch?.by[0]?.at ?? [0, 0]
    expect(text.slice(start, end)).toBe('Account/ID')
  })
})

describe('Types that nobody has published', () => {
  it.each([
    ['GET', '/Rows', ['GET Rows']],
    ['GET', "/Rows?$filter=Name%20eq%20'x'&$select=ID,Name&$orderby=Name&$top=1&$count=true", ['GET Rows']],
    ['GET', '/Rows(1)', ['GET Rows']],
    ['GET', '/Rows(ID=1)', ['GET Rows']],
    ['POST', '/Rows', ['POST Rows']],
    ['PATCH', '/Rows(1)', ['PATCH Rows', 'POST Rows']],
    ['DELETE', '/Rows(1)', ['DELETE Rows']],
    ['GET', '/Rows?$expand=Account', ['GET Rows', '?']],
    ['GET', '/Rows?$expand=*', ['GET Rows', '?']],
    ['GET', '/Rows?$select=Account/Name', ['GET Rows', '?']],
    ['GET', "/Rows?$filter=Account/Name%20eq%20'x'", ['GET Rows', '?']],
    ['GET', '/Rows(1)/Account', ['?']],
    ['GET', '/Rows(1)/Account/Name', ['?']],
    ['POST', '/Rows(1)/Some.Action', ['?']],
    ['GET', '/Rows/$count', ['GET Rows', '?']],
    ['GET', '/Rows(1)/ID', ['GET Rows', '?']],
  ])('%s %s', (method, text, touches) => expect(touched(accepted(method, text))).toEqual(touches))
})
