import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTarget, writeQuery } from '#target.ts'
import type { Catalog } from './endpoint.ts'
import { createMatcher, match } from './matcher.ts'

function catalog(caseSensitive: boolean): Catalog {
  const endpoint = {
    id: 'odata:GET:/Events',
    catalog: 'odata',
    operation: 'QueryEvents',
    method: 'GET',
    path: '/o/Events',
    title: 'Events',
    resource: 'Events',
    effect: 'read',
  } as const
  return {
    id: 'odata',
    title: 'OData',
    kind: 'odata',
    mount: '/o',
    rules: { caseSensitive, trailingSlashTolerated: true },
    endpoints: [endpoint],
    forms: [{ endpoint, template: '/Events', query: [], upstreamPrefix: '/odata' }],
    navigationNames: new Set(['Account', 'Bookings']),
  }
}

const matcher = createMatcher(catalog(true))

function furtherOf(text: string): readonly string[] | string {
  const parsed = parseTarget(text)
  if (!parsed.ok) return 'refused'
  const found = match([matcher], 'GET', parsed.target)
  return found.kind === 'endpoint' || found.kind === 'beyond' ? found.further : found.kind
}

const ask = (name: string, value: string): string => `/o/Events?${writeQuery([{ name, value }])}`

describe('an OData request stays inside its set', () => {
  it.each([
    ['$filter', "Name eq 'a/b' and contains(tolower(Name),'x(y)')"],
    ['$filter', "Name eq 'Account/Name' or Name eq 'O''Brien'"],
    ['$filter', "Status in ('A','B') and not (Rank gt 5)"],
    ['$filter', '(year(Start) eq 2026) and ((Rank add 1) mul 2) lt 5'],
    ['$filter', 'Start ge 2026-01-01T00:00:00Z'],
    ['$filter', "Größe eq 5 and Name eq '／'"],
    ['$select', '*'],
    ['$select', 'EventID,Description'],
    ['$orderby', 'Start desc,EventID'],
    ['$top', '5'],
    ['$count', 'true'],
    ['$format', 'json'],
    ['$skiptoken', 'EventID-5'],
    ['ODataQuery', "$filter=Name eq 'x'&$top=5&$select=EventID"],
    ['ODataQuery', ''],
  ])('with %s=%s', (name, value) => expect(furtherOf(ask(name, value))).toEqual([]))

  it.each([
    ["/o/Events('A-1')"],
    ["/o/Events(OrganizationCode='10',EventID=9427)"],
    ["/o/Events('O''Brien%20(x)')"],
    ['/o/Events(2026-01-01T00:00:00Z)'],
    ['/o/Events/'],
  ])('at %s', (text) => expect(furtherOf(text)).toEqual([]))
})

describe('an OData request reaches further', () => {
  it.each([
    // Navigation by name alone, in any case and any place.
    ['$select', 'Account'],
    ['$select', 'EventID,account'],
    ['$filter', 'Account eq null'],
    ['$orderby', 'ACCOUNT'],
    ['$filter', 'Bookings has 1'],
    // Paths, however they are written.
    ['$filter', "Account/Name eq 'x'"],
    ['$filter', "X / Name eq 'x'"],
    ['$filter', "X／Name eq 'x'"],
    ['$orderby', 'X/$count'],
    ['$select', 'X/Y'],
    ['$select', 'X($expand=Y)'],
    ['$select', 'X(expand=Y)'],
    ['$select', 'X (expand=Y)'],
    // Functions, lambdas, casts, roots, aliases.
    ['$filter', 'Sales.Reach(Name)'],
    ['$filter', 'Reach\t(1) eq 1'],
    ['$filter', 'Größé(1) eq 1'],
    ['$filter', 'é(1) eq 1'],
    ['$filter', 'contains(é(1),Name)'],
    ['$filter', 'Tags:any(t:t eq 1)'],
    ['$filter', 'all(t:t eq 1)'],
    ['$filter', "cast(Name,'X')"],
    ['$filter', "isof('Sales.X')"],
    ['$filter', 'case(true:1)'],
    ['$filter', 'geo.distance(P,Q) lt 1'],
    ['$filter', '$it.Name eq 1'],
    ['$filter', 'Name eq @p'],
    ['$filter', '[{"@odata.id":"x"}] eq Name'],
    ['$filter', "Name eq 'x' or 'y"],
    ['$filter', "Name eq 'a\\'/Account/Name eq 'b'"],
    // Other options, and options inside of options.
    ['$expand', 'Account'],
    ['$Filter', '1 eq 1'],
    ['filter', '1 eq 1'],
    [' $filter', '1 eq 1'],
    ['$levels', '2'],
    ['$apply', 'aggregate(X)'],
    ['$compute', 'X'],
    ['$search', 'x'],
    ['$deltatoken', 'x'],
    ['$id', 'Accounts(1)'],
    ['@p', '1'],
    ['debug', '1'],
    ['', 'x'],
    ['$top', '1&$expand=Account'],
    ['$filter', "Name eq '&$expand=Account'"],
    ['$skiptoken', 'x%26$expand=Account'],
    ['$filter', 'Name eq 1#'],
    ['$select', 'X;$expand=Y'],
    ['$filter&$expand', 'Account'],
    ['ODataQuery', '$expand=Account'],
    ['ODataQuery', '?$top=1'],
    ['ODataQuery', 'ODataQuery=$top=1'],
    ['ODataQuery', '$top=1%26$expand=Account'],
    ['ODataQuery', "$filter=Name eq 'a&$expand=Account&b='"],
    ['ODataQuery', '$top=1&$top=2'],
    ['odataquery', '$top=1'],
  ])('with %s=%s', (name, value) => expect(furtherOf(ask(name, value))).not.toEqual([]))

  it.each([
    ['/o/Events?$top=1&$top=2', ['$top']],
    ['/o/Events?$top=1&ODataQuery=$top=2', ['$top']],
    ['/o/Events?ODataQuery=$filter=A%20eq%20&ODataQuery=Account', ['Account']],
    ['/o/Events(1)/Account', ['Account']],
    ['/o/Events/1/Account', ['1', 'Account']],
    ['/o/Events/$count', ['$count']],
    ['/o/Events(1)/$value', ['$value']],
    ['/o/Events(1)/Sales.Derived', ['Sales.Derived']],
    ['/o/Events()', ['Events()']],
    ['/o/Events(1)(2)', ['Events(1)(2)']],
    ['/o/Events(ID=@k)?@k=1', ['Events(ID=@k)', '@k']],
    ['/o/Events(ID=$root)', ['Events(ID=$root)']],
    ['/o/Events(Max(1))', ['Events(Max(1))']],
    ["/o/Events('a'b')", ["Events('a'b')"]],
    ['/o', ['the service document']],
    ['/o/$metadata', ['$metadata']],
    ['/o/$batch', ['$batch']],
    ['/o/$batch/', ['$batch']],
    ['/o/$all', ['$all']],
    ['/o/$entity?$id=Accounts(1)', ['$entity', '$id']],
    ['/o/$crossjoin(Events,Accounts)', ['$crossjoin(Events,Accounts)']],
    ['/o/Accounts', 'unknown'],
    ['/o/events', 'unknown'],
    ['/o/Events%20(1)', 'unknown'],
    ['/o/Default.Events', 'unknown'],
    ['/o/Events$expand', 'unknown'],
    ['/o/Reach()', 'unknown'],
    ['/o/Events(1)%2FAccount', 'refused'],
    ['/o/Events%3F$expand=Account', 'refused'],
  ])('at %s', (text, expected) => expect(furtherOf(text)).toEqual(expected))

  it('whatever stands around a path that is outside of literals', () => {
    const around = fc.array(fc.constantFrom("'a'", "''", 'x', ' eq ', '(', ')', ' and ', 'not ', ',', '1'))
    fc.assert(
      fc.property(
        fc.constantFrom('$filter', '$select', '$orderby'),
        around,
        around,
        (name, before, after) => {
          const value = `${before.join('')} Account/Name ${after.join('')}`
          expect(furtherOf(ask(name, value))).toEqual([name])
        },
      ),
    )
  })

  it('is decided in time that grows with the length only', () => {
    for (const text of [
      'a'.repeat(8000),
      '('.repeat(8000),
      "'".repeat(7999),
      'a('.repeat(4000),
      ' '.repeat(8000),
    ]) {
      const started = performance.now()
      furtherOf(`/o/Events?$filter=${text.replaceAll(' ', '+')}`)
      furtherOf(`/o/Events(${text.trim() || '1'})`)
      expect(performance.now() - started).toBeLessThan(200)
    }
  })
})

it('spells the set as the catalog does where its server reads names in any case', () => {
  const parsed = parseTarget("/o/EVENTS('A')/Account")
  const found = parsed.ok ? match([createMatcher(catalog(false))], 'HEAD', parsed.target) : undefined
  expect(found).toMatchObject({
    kind: 'endpoint',
    upstreamPath: "/odata/Events('A')/Account",
    further: ['Account'],
  })
})
