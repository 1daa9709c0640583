import { describe, expect, test } from 'vitest'
import { type OptionName, type ReadOption, read } from './testing/read.ts'

const EVERY_ALIAS = { aliases: { '@p': 'Account/Name', '@k': '7' } }

const WRITTEN: readonly (readonly [OptionName, raw: string, canonical: string])[] = [
  ['filter', "Name%09eq   'it''s'", "Name eq 'it''s'"],
  ['filter', '( Account/ID EQ 1 )AND ( true )', 'odata_malformed'],
  ['filter', '( Account/ID EQ 1 ) AND ( TRUE )', '(Account/ID eq 1) and (true)'],
  ['filter', 'not(IsPublic) or not IsPublic', 'not (IsPublic) or not IsPublic'],
  [
    'filter',
    "CONTAINS( Name , 'x' ) and matchespattern(Name,'^a')",
    "contains(Name,'x') and matchesPattern(Name,'^a')",
  ],
  [
    'filter',
    "Gala/Sponsor/Name eq 'x' and self.Gala/DressCode eq null",
    "EM.Gala/Sponsor/Name eq 'x' and EM.Gala/DressCode eq null",
  ],
  ['filter', 'Bookings/ANY( b : b/Seats gt - 5 )', 'Bookings/any(b:b/Seats gt -5)'],
  ['filter', 'Bookings/any( )', 'Bookings/any()'],
  ['filter', 'Bookings/$count( $filter=Seats gt 1 ) gt 1', 'Bookings/$count($filter=Seats gt 1) gt 1'],
  [
    'filter',
    'Bookings/$count(FILTER=Seats gt 1;search=a b) gt 1',
    'Bookings/$count($filter=Seats gt 1;$search=a AND b) gt 1',
  ],
  [
    'filter',
    'Bookings/$filter( Seats gt 1 )/any(b:b/Seats eq 2)',
    'Bookings/$filter(Seats gt 1)/any(b:b/Seats eq 2)',
  ],
  ['filter', 'Bookings( ID = @k )/Seats in ( 1 ,2, 3 )', 'Bookings(ID=@k)/Seats in (1,2,3)'],
  ['filter', "Status has self.Status'Open,Closed'", "Status has EM.Status'Open,Closed'"],
  [
    'filter',
    'isof( EM.Gala ) and isof( Account , Vip ) and cast(ID,Edm.String) eq null',
    'isof(EM.Gala) and isof(Account,EM.Vip) and cast(ID,Edm.String) eq null',
  ],
  ['filter', "case( ID gt 1 : 'a' , true:'b' ) eq 'a'", "case(ID gt 1:'a',true:'b') eq 'a'"],
  [
    'filter',
    'Organiser( )/ID eq 1 and Payers( least = 1 )/$count gt 2',
    'EM.Organiser()/ID eq 1 and EM.Payers(least=1)/$count gt 2',
  ],
  ['filter', '$root/Accounts( 1 )/ID eq $it/ID', '$root/Accounts(1)/ID eq $it/ID'],
  ['filter', '$root/TopAccounts(n=1)/$count gt 1', '$root/TopAccounts(n=1)/$count gt 1'],
  ['filter', 'Name in [ \'a\' , "b" ,@p]', 'Name in [\'a\',"b",@p]'],
  [
    'filter',
    'Starts gt 2020-01-01T00:00:00%2B01:00 and ID lt 1e%2B5',
    'Starts gt 2020-01-01T00:00:00+01:00 and ID lt 1e+5',
  ],
  ['value', '{ "a" : 1, "b":[ true ,null ] }', '{"a":1,"b":[true,null]}'],
  ['value', '-ID add 2 mul 3 sub - 4 divby 2 mod 1', '-ID add 2 mul 3 sub -4 divby 2 mod 1'],
  ['orderby', 'Name ASC , Account/ID desc,ID', 'Name,Account/ID desc,ID'],
  ['compute', 'Account/Name  AS x , concat(x,Name) as y', 'Account/Name as x,concat(x,Name) as y'],
  ['search', ' a   "b c" OR NOT  ( d AND e )', 'a AND "b c" OR NOT (d AND e)'],
  [
    'apply',
    'filter( ID gt 1 )/groupby( ( Name , Account/Name ) , aggregate( ID with sum as S , $count as n ) )',
    'filter(ID gt 1)/groupby((Name,Account/Name),aggregate(ID with sum as S,$count as n))',
  ],
  [
    'apply',
    'concat( identity , top( 2 )/skip(1) )/orderby( ID desc )',
    'concat(identity,top(2)/skip(1))/orderby(ID desc)',
  ],
]

function reading(name: OptionName, raw: string, options: ReadOption) {
  const result = read(name, raw, options)
  if (!result.ok) return result.code
  return { text: result.text, endpoints: result.endpoints, reach: result.unknownReach.length }
}

describe('the one spelling', () => {
  test.each(WRITTEN)('%s: %s', (name, raw, canonical) => {
    const first = reading(name, raw, EVERY_ALIAS)
    if (typeof first === 'string') return expect(first).toBe(canonical)
    expect(first.text).toBe(canonical)
    // What is written names the same, and is written the same.
    expect(reading(name, encodeURIComponent(canonical), EVERY_ALIAS)).toEqual(first)
  })
})

describe('what is no expression', () => {
  test.each([
    ['filter', 'Name'],
    ['filter', 'ID add 1'],
    ['filter', "Name eq'x'"],
    ['filter', "'x'eq Name"],
    ['filter', 'Name eq'],
    ['filter', '(true'],
    ['filter', 'true)'],
    ['filter', 'true&true'],
    ['filter', 'true;$expand=Account'],
    ['filter', "Account / Name eq 'x'"],
    ['filter', 'contains(Name)'],
    ['filter', 'now(1) eq null'],
    ['filter', 'Name in (Name,Name)'],
    ['filter', 'Bookings/any(b b/Seats gt 1)'],
    ['filter', 'Bookings/all()'],
    ['filter', 'Bookings/$count($filter=true;filter=true) gt 1'],
    ['filter', 'Bookings/$count($expand=Account) gt 1'],
    ['filter', 'Bookings(ID=1,ID=1)/Seats eq 1'],
    ['filter', 'Bookings(1 add 1)/Seats eq 1'],
    ['filter', 'Name/$count gt 1'],
    ['filter', 'Bookings/$count/Seats gt 1'],
    ['filter', 'Name/$value eq 1'],
    ['value', '{"a":1,"a":2}'],
    ['value', '{"a":1,"\\u0061":2}'],
    ['compute', 'ID as Name'],
    ['compute', 'ID as Account'],
    ['compute', 'ID as x,ID as x'],
    ['compute', 'ID'],
    ['apply', 'aggregate(ID with sum as Account)'],
    ['apply', 'concat(identity)'],
    ['apply', 'top(ID)'],
    ['apply', 'groupby((EM.Gala))'],
    ['apply', 'aggregate($count with sum as n)'],
    ['apply', 'aggregate(Bookings/Seats add Bookings/ID with sum as n)'],
    ['apply', 'aggregate(ID add Bookings/Seats with sum as n)'],
    ['apply', 'aggregate(length(Bookings/Seats) with sum as n)'],
    ['search', '"a"b'],
    ['search', 'a"b"'],
    ['search', 'a AND(b)'],
    ['search', '(a)OR b'],
    ['search', 'NOT(a)'],
    ['apply', 'groupby((Bookings(1)/Seats))'],
    ['apply', 'groupby((Bookings/$count))'],
    ['search', ''],
    ['search', 'a)'],
    ['search', '(a'],
    ['search', 'AND a'],
    ['search', 'a OR'],
    ['search', '"a'],
    ['search', '""'],
    ['search', 'a;$expand=Account'],
    ['search', 'a%26$expand=Account'],
    ['search', '"a%26$expand=Account"'],
    ['search', '"a%3B$expand=Account"'],
    ['search', '"a\\"'],
    ['search', 'a+b'],
    ['search', "'a"],
  ] as const)('%s: %s', (name, raw) => {
    expect(reading(name, raw, {})).toBe('odata_malformed')
  })

  test.each([
    ['value', '{"@odata.id":"Accounts(1)"}'],
    ['value', '{"x@odata.bind":"Accounts(1)"}'],
    ['value', '[{"Account":{"ID":1}}]'],
    ['value', '[{"\\u0041ccount":{"ID":1}}]'],
  ] as const)('%s with what only bodies may hold: %s', (name, raw) => {
    expect(reading(name, raw, {})).toBe('odata_not_supported')
  })

  test.each([
    ['filter', "account/name eq 'x'"],
    ['filter', "ACCOUNT/Name eq 'x'"],
    ['filter', "Status has EM.Status'Secret'"],
    ['filter', "Status has EM.Secret'Open'"],
    ['filter', 'isof(EM.Secret)'],
    ['filter', 'nothing(Name) eq 1'],
    ['filter', "substringof('x',Name)"],
  ] as const)('%s with a name that is not there: %s', (name, raw) => {
    expect(reading(name, raw, {})).toBe('odata_unknown_name')
  })
})

describe('limits', () => {
  const nesting = { ok: false, code: 'odata_limit', limit: { name: 'nesting', value: 32 } }
  const nodes = { ok: false, code: 'odata_limit', limit: { name: 'expressionNodes', value: 500 } }

  test.each([
    ['parentheses', '('.repeat(1500)],
    ['minus signs', `${'-'.repeat(1500)}ID`],
    ['nots', `${'not '.repeat(1500)}true`],
    ['arrays', '['.repeat(1500)],
    ['objects', '{"a":'.repeat(1500)],
    ['calls', 'trim('.repeat(1500)],
    ['types', 'isof('.repeat(1500)],
    ['keys', 'Parent/Bookings('.repeat(40)],
    ['cases', 'case('.repeat(1500)],
    ['lambdas', Array.from({ length: 40 }, () => 'Sessions/any(s:').join('')],
  ])('nesting of %s', (_, raw) => {
    expect(['nesting', 'odata_malformed']).toContain(limitOf('value', raw))
    if (!raw.startsWith('Parent')) expect(read('value', raw)).toMatchObject(nesting)
  })

  test('nesting of a search and of transformations', () => {
    expect(read('search', '('.repeat(1500))).toMatchObject(nesting)
    expect(read('search', 'NOT '.repeat(1500))).toMatchObject(nesting)
    expect(read('apply', 'concat('.repeat(1500))).toMatchObject(nesting)
  })

  test.each([
    ['value', `true${' and true'.repeat(5000)}`],
    ['value', `ID${' add ID'.repeat(5000)}`],
    ['value', `Parent${'/Parent'.repeat(5000)}`],
    ['value', `[1${',1'.repeat(5000)}]`],
    ['search', `a${' a'.repeat(5000)}`],
    ['apply', `identity${'/identity'.repeat(5000)}`],
  ] as const)('many parts of %s', (name, raw) => {
    expect(read(name, raw)).toMatchObject(nodes)
  })

  test('aliases that multiply each other', () => {
    const names = 'abcdefghijklmnop'.split('')
    const aliases = names.map((name, index) => [
      `@${name}`,
      `@${names[index + 1] ?? 'z'} and @${names[index + 1] ?? 'z'}`,
    ])
    const all = Object.fromEntries([...aliases, ['@z', 'true']])
    expect(read('filter', '@a', { aliases: all })).toMatchObject(nodes)
  })

  test('one below each limit is read', () => {
    expect(read('value', `${'('.repeat(32)}1${')'.repeat(32)}`).ok).toBe(true)
    expect(read('value', `true${' and true'.repeat(249)}`).ok).toBe(true)
  })
})

function limitOf(name: OptionName, raw: string): string {
  const result = read(name, raw)
  return result.ok ? 'none' : (result.limit?.name ?? result.code)
}
