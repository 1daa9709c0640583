import { describe, expect, test } from 'vitest'
import { type OptionName, type ReadOption, read, touched } from './testing/read.ts'

const ACCOUNTS = ['GET Accounts']

/** Row of the threat table, option, text, what it touches (`?` for unknown reach) or the problem's code. */
type Row = readonly [
  row: string,
  option: OptionName,
  text: string,
  expected: readonly string[] | string,
  more?: ReadOption,
]

const ROWS: readonly Row[] = [
  ['own properties touch nothing', 'filter', "Name eq 'x' and Location/City eq 'y'", []],
  ['9 cast, then navigation', 'filter', "EM.Gala/Sponsor/Name eq 'x'", ACCOUNTS],
  ['9 cast by its short name', 'filter', "Gala/Sponsor/Name eq 'x'", ACCOUNTS],
  [
    '9 cast to a type that is neither base nor derived',
    'filter',
    "EM.Account/Name eq 'x'",
    'odata_unknown_name',
  ],
  ['9 navigation of a derived type without a cast', 'filter', "Sponsor/Name eq 'x'", 'odata_unknown_name'],
  ['10 contained entities stay with their set', 'filter', "Sessions/any(s:s/Title eq 'x')", ['GET Events']],
  [
    '10 navigation out of a contained entity',
    'filter',
    "Sessions/any(s:s/Speaker/Email eq 'x')",
    ['GET Contacts', 'GET Events'],
  ],
  ['11 navigation on a complex type', 'filter', "Location/Country/Name eq 'x'", ['GET Countries']],
  [
    '24 key by an alias',
    'filter',
    'Bookings(@k)/Seats gt 1',
    ['GET Accounts', 'GET Bookings'],
    {
      aliases: { '@k': '$root/Accounts(1)/ID' },
    },
  ],
  ['24 not a key', 'filter', 'Bookings(Seats=1)/Seats gt 1', 'odata_unknown_name'],
  ['25 no target is published', 'filter', "Nowhere/Name eq 'x'", 'odata_unknown_name'],
  [
    '27 undeclared property of an open type',
    'filter',
    "Whatever eq 'x'",
    'odata_unknown_name',
    { set: 'Notes' },
  ],
  ['27 unknown name', 'filter', "Whatever eq 'x'", 'odata_unknown_name'],
  ['33 path in $filter', 'filter', "startswith(Account/Email,'a')", 'odata_unknown_name'],
  ['33 path in $filter', 'filter', "startswith(Account/Name,'a')", ACCOUNTS],
  ['34 lambda', 'filter', 'Bookings/any(b:b/Account/CreditLimit gt 1)', ['GET Accounts', 'GET Bookings']],
  ['34 any without a body', 'filter', 'Bookings/any()', ['GET Bookings']],
  [
    '34 all within any',
    'filter',
    "Bookings/any(b:b/Account/Invoices/all(i:i/Code eq 'x'))",
    ['GET Accounts', 'GET Bookings', 'GET Invoices'],
  ],
  [
    '34 the variable hides a property',
    'filter',
    'Bookings/any(Account:Account/Seats gt 1)',
    ['GET Bookings'],
  ],
  [
    '34 the variable is gone behind its lambda',
    'filter',
    'Bookings/any(b:true) and b/Seats eq 1',
    'odata_unknown_name',
  ],
  [
    '34 bare names inside a lambda are outside its variable',
    'filter',
    "Bookings/any(b:Account/Name eq 'x')",
    ['GET Accounts', 'GET Bookings'],
  ],
  ['34 a lambda over texts', 'filter', "Tags/any(t:t eq 'x')", []],
  ['34 a member of a collection', 'filter', 'Bookings/Seats gt 1', 'odata_malformed'],
  ['35 $count', 'orderby', 'Bookings/$count desc', ['GET Bookings']],
  [
    '35 $count of what fits',
    'orderby',
    "Bookings/$count($filter=Account/Name eq 'x')",
    ['GET Accounts', 'GET Bookings'],
  ],
  [
    '35 $filter in a path',
    'filter',
    "Bookings/$filter(Account/Name eq 'x')/$count gt 2",
    ['GET Accounts', 'GET Bookings'],
  ],
  [
    '35 search in $count',
    'filter',
    'Bookings/$count($search=Acme;$filter=Seats gt 1) gt 1',
    ['GET Bookings', '?'],
  ],
  ['36 null test', 'filter', 'Account ne null', ACCOUNTS],
  ['36 isof', 'filter', 'isof(Account,EM.Vip)', ACCOUNTS],
  ['36 isof with a type that it cannot be', 'filter', 'isof(Account,EM.Venue)', 'odata_unknown_name'],
  ['36 cast', 'filter', 'cast(Account,EM.Vip) ne null', ACCOUNTS],
  [
    '36 in',
    'filter',
    'Parent in ($root/Events) and Account in ($root/Accounts)',
    ['GET Accounts', 'GET Events'],
  ],
  ['36 in an array', 'filter', "Name in ['a',Account/Name]", ACCOUNTS],
  ['37 $orderby', 'orderby', 'ID,Account/CreditLimit desc', ACCOUNTS],
  ['39 $compute', 'compute', 'Account/Name as x,x as y', ACCOUNTS],
  ['40 groupby', 'apply', 'groupby((Account/Name))', ACCOUNTS],
  ['40 aggregate', 'apply', 'aggregate(Account/CreditLimit with max as m)', ACCOUNTS],
  [
    '40 aggregate through collections',
    'apply',
    'aggregate(Bookings/Account/CreditLimit with sum as m)',
    ['GET Accounts', 'GET Bookings'],
  ],
  ['40 count of related ones', 'apply', 'aggregate(Bookings/$count as n,$count as m)', ['GET Bookings']],
  [
    '40 filter, then concat',
    'apply',
    "filter(Venue/Code eq 'x')/concat(identity,groupby((Account/Name)))",
    ['GET Accounts', 'GET Venues'],
  ],
  [
    '40 nested',
    'apply',
    'groupby((Name),compute(Account/CreditLimit as c)/aggregate(c with sum as s))',
    ACCOUNTS,
  ],
  ['40 the set as a whole', 'filter', 'ID gt $these/$count', 'odata_not_supported'],
  ['40 join', 'apply', 'join(Bookings as b)', 'odata_not_supported'],
  ['40 descendants', 'apply', 'descendants($root/Accounts,h,ID,filter(ID eq 1))', 'odata_not_supported'],
  ['40 rollup', 'apply', 'groupby((rollup(Name,ID)))', 'odata_not_supported'],
  ['40 a custom aggregate', 'apply', 'aggregate(Forecast as f)', 'odata_unknown_name'],
  ['40 from', 'apply', 'aggregate(ID with sum from Name with max as f)', 'odata_not_supported'],
  ['40 a method nobody knows', 'apply', 'aggregate(ID with EM.median as f)', 'odata_not_supported'],
  ['40 what a grouping has not kept', 'apply', 'groupby((Name))/filter(ID eq 1)', 'odata_unknown_name'],
  [
    '40 what a grouping has not kept behind what it has',
    'apply',
    'groupby((Account/Name))/filter(Account/ID eq 1)',
    'odata_unknown_name',
  ],
  ['40 what a grouping has kept', 'apply', "groupby((Account/Name))/filter(Account/Name eq 'x')", ACCOUNTS],
  [
    '40 only new names are there',
    'apply',
    'aggregate(ID with sum as s)/filter(s gt 1)/orderby(s)/top(2)/skip(1)',
    [],
  ],
  ['41 $search', 'search', 'Acme', ['?']],
  ['41 $search where the set is marked', 'search', 'Acme OR NOT "b c"', [], { set: 'Invoices' }],
  ['42 $root', 'filter', 'ID eq $root/Accounts(1)/ID', ACCOUNTS],
  ['42 $root of a singleton', 'filter', 'Name eq $root/Me/Email', ['GET Me']],
  ['42 $root of something unknown', 'filter', 'ID eq $root/Secrets(1)/ID', 'odata_unknown_name'],
  [
    '42 $root in a parameter',
    'filter',
    'EM.Payers(least=$root/Invoices(1)/Total)/$count gt 1',
    ['GET Accounts', 'GET Events/EM.Payers', 'GET Invoices'],
  ],
  ['44 alias', 'filter', "@p eq 'x'", ACCOUNTS, { aliases: { '@p': 'Account/Name' } }],
  [
    '44 alias of an alias',
    'filter',
    '@p',
    ACCOUNTS,
    { aliases: { '@p': "@q eq 'x'", '@q': 'Account/Name' } },
  ],
  ['44 alias without a value', 'filter', "@p eq 'x'", 'odata_malformed'],
  ['44 cyclic alias', 'filter', '@p', 'odata_malformed', { aliases: { '@p': '@q', '@q': 'not @p' } }],
  [
    '44 path behind an alias',
    'filter',
    "@p/Name eq 'x'",
    ACCOUNTS,
    { aliases: { '@p': '$root/Accounts(1)' } },
  ],
  [
    "44 rest behind an alias' value",
    'filter',
    '@p',
    'odata_malformed',
    { aliases: { '@p': 'true) or (true' } },
  ],
  ['45 bound function', 'filter', '$it/EM.Score() gt 1', ['GET Events/EM.Score']],
  [
    '45 bound function, entities of one set',
    'filter',
    "EM.Organiser()/Email eq 'x'",
    ['GET Contacts', 'GET Events/EM.Organiser', 'GET Me'],
  ],
  [
    '45 short name',
    'filter',
    "Organiser()/Email eq 'x'",
    ['GET Contacts', 'GET Events/EM.Organiser', 'GET Me'],
  ],
  [
    '45 EntitySetPath',
    'filter',
    'EM.Payers(least=1)/any(a:a/CreditLimit gt 1)',
    ['GET Accounts', 'GET Events/EM.Payers'],
  ],
  ['45 other parameters', 'filter', 'EM.Payers(most=1)/$count gt 1', 'odata_unknown_name'],
  [
    '45 a function bound to something else',
    'filter',
    'EM.Payers(least=1)/$count gt 1',
    'odata_unknown_name',
    {
      set: 'Accounts',
    },
  ],
  [
    '45 function import',
    'filter',
    "$root/TopAccounts(n=1)/any(a:a/Name eq 'x')",
    ['GET Accounts', 'GET TopAccounts'],
  ],
  ['45 function without an import', 'filter', 'EM.Lonely() gt 1', ['?']],
  ['45 action', 'filter', 'EM.Cancel() eq null', 'odata_unknown_name'],
  ['46 annotation', 'filter', "@Core.Messages/any(m:m/severity eq 'x')", 'odata_not_supported'],
  ['46 annotation of a property', 'filter', "Name/@Core.Hint eq 'x'", 'odata_not_supported'],
  ['70 value reference', 'filter', 'Code eq $1/VenueCode', 'odata_malformed', { set: 'Venues' }],
]

describe('every row of the threat table that is about expressions', () => {
  test.each(ROWS.map((row) => [`${row[0]}: ${row[2]}`, row] as const))(
    '%s',
    (_, [, option, text, expected, more]) => {
      expect(touched(option, text, more)).toEqual(expected)
    },
  )

  test('39 later uses of a computed name touch nothing new', () => {
    const scope: ReadOption['scope'] = (scope) => ({
      ...scope,
      computed: new Map([
        ['x', { kind: 'primitive', type: { name: 'Edm.String', collection: false }, owner: undefined }],
      ]),
    })
    expect(touched('filter', "x eq 'a'", { scope })).toEqual([])
    expect(touched('filter', "x eq 'a'")).toBe('odata_unknown_name')
  })

  test('43 $it is what the path names, bare names and $this belong to the inner type', () => {
    const text =
      'Bookings/$filter(Account/ID eq $it/ID and $this/Seats gt $it/Account/CreditLimit)/$count gt 0'
    expect(touched('filter', text)).toEqual(['GET Accounts', 'GET Bookings'])
    expect(touched('filter', 'Bookings/$filter($it/Seats gt 1)/$count gt 0')).toBe('odata_unknown_name')
    expect(touched('filter', 'Bookings/$filter(Name eq null)/$count gt 0')).toBe('odata_unknown_name')
  })

  test('44 one value for each alias, in the scope of use; unused ones are told', () => {
    const result = read('filter', '@p and Name eq @n', {
      aliases: { '@p': ' Account/ID  eq 1', '@n': "'x'", '@u': '1' },
    })
    if (!result.ok) throw new Error(result.problem)
    expect(result.aliases).toEqual([
      ['@p', 'Account/ID eq 1'],
      ['@n', "'x'"],
    ])
    expect(result.unused).toEqual(['@u'])
    expect(result.touches).toEqual([
      { endpoint: 'GET Accounts', by: [{ in: '@p', text: 'Account/ID', at: [501, 511] }] },
    ])
  })

  test('causes carry the words of the path and where they stand in the raw text', () => {
    const result = read('filter', "Name%20eq%20'x'%20and%20Account/Name%20eq%20'%C3%A9'")
    if (!result.ok) throw new Error(result.problem)
    expect(result.touches).toEqual([
      { endpoint: 'GET Accounts', by: [{ in: '$filter', text: 'Account/Name', at: [24, 36] }] },
    ])
    const lambda = read('filter', 'Bookings/any(b:b/Account/ID eq 1)')
    if (!lambda.ok) throw new Error(lambda.problem)
    expect(lambda.touches.map(({ by }) => by[0]?.text)).toEqual(['Bookings/any', 'b/Account/ID'])
  })

  test('every name of the model that was understood is told', () => {
    const result = read(
      'filter',
      "Bookings/any(b:b/Account/Name eq 'Invoices') and isof(EM.Gala) and Status has EM.Status'Open'",
    )
    if (!result.ok) throw new Error(result.problem)
    for (const name of ['Bookings', 'b', 'Account', 'Name', 'EM.Gala', 'Status', 'EM.Status'])
      expect(result.names).toContain(name)
    expect(result.names).not.toContain('Invoices')
  })
})

describe('types that nobody has described', () => {
  const VENUES = { set: 'Venues' }

  test('a bare name is a property of its own; a declared one too', () => {
    expect(touched('filter', "Whatever eq 'x' and Code eq 'y'", VENUES)).toEqual([])
    expect(touched('filter', "Venue/Whatever eq 'x'")).toEqual(['GET Venues'])
  })

  test.each([
    "Whatever/Name eq 'x'",
    'Whatever/any(w:w/Name eq 1)',
    'Whatever(1)/Name eq 1',
    'Whatever/$count gt 1',
    'Whatever/$filter(Name eq 1)/$count gt 1',
    'EM.Something(a=1) eq 2',
    "NS.Type/Name eq 'x'",
    "Venue/Whatever/Name eq 'x'",
  ])('what is behind it is of unknown reach: %s', (text) => {
    const options = text.startsWith('Venue/') ? {} : VENUES
    expect(touched('filter', text, options)).toContain('?')
  })

  test('names outside of it stay exact', () => {
    expect(touched('filter', 'Whatever/any(w:w/$root/Secrets eq 1)', VENUES)).toBe('odata_malformed')
    expect(touched('filter', 'Whatever/any(w:$root/Secrets(1) eq w)', VENUES)).toBe('odata_unknown_name')
    expect(touched('filter', 'Whatever/any(w:$root/Accounts(1) eq w)', VENUES)).toEqual(['GET Accounts', '?'])
  })
})
