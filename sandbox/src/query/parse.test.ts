import { describe, expect, it } from 'vitest'
import type { Json, Row } from '#row.ts'
import { compare, holds, type Scope } from './evaluate.ts'
import { visitPaths } from './names.ts'
import { parseFilter, parseKey, parseOption } from './parse.ts'
import { prepare } from './prepare.ts'

function scopeOf(row: Row, variables: Readonly<Record<string, Row>> = {}): Scope {
  const readFrom = (from: Json | undefined, names: readonly string[]): Json =>
    names.reduce<Json>((value, name) => (value as Row)[name] ?? null, from ?? null)
  return {
    read: ([first = '', ...rest]) =>
      first in variables ? readFrom(variables[first], rest) : readFrom(row, [first, ...rest]),
    items: ([name = '']) => (row[name] as readonly Row[]).map((item) => scopeOf(item)),
    bind: (variable, item) =>
      scopeOf(row, { ...variables, [variable]: { Space: item.read(['Space']) as Json } }),
  }
}

const row: Row = {
  Code: 'H1',
  Name: "O'Brien (100% sure), Ltd; & Co",
  Capacity: 400,
  Retired: false,
  Since: '2026-03-01T18:30:00',
  Nothing: null,
  Venue: { Name: 'Harbourview' },
  Bookings: [{ Space: 'A' }, { Space: 'B' }],
}

describe('parseFilter', () => {
  it.each([
    "Code eq 'H1'",
    "Code eq 'X' or Code eq 'H1' and Capacity eq 400",
    "Capacity eq 400 and Code eq 'H1' or Code eq 'X' and Code eq 'Y'",
    "(Code eq 'X' or Code eq 'H1') and Capacity ge 400",
    'not (Capacity lt 400)',
    "Name eq 'O''Brien (100% sure), Ltd; & Co'",
    "startswith(Name,'O''Bri')",
    "startswith( Name , 'O''Bri' ) and 1 eq 1",
    "substringof('100%',Name)",
    "contains(tolower(Name),'sure), ltd')",
    "Since ge DateTime'2026-03-01'",
    'Since lt 2026-03-02',
    'Since eq 2026-03-01T18:30:00Z',
    'Since gt 2026-03-01T19:29:00+01:00',
    'year(Since) eq 2026 and month(Since) eq 3 and day(Since) eq 1 and hour(Since) eq 18',
    'Nothing eq null and Code ne null',
    'Retired eq false',
    "Venue/Name eq 'Harbourview'",
    "Code in ('X','H1')",
    'Capacity in (1,400)',
    "Bookings/any(b:b/Space eq 'Z' or b/Space eq 'B' and 1 eq 1)",
    "Bookings/all(b:b/Space eq 'A' or b/Space eq 'B')",
    'Bookings/$count eq 2',
    'Capacity add 100 eq 500 and Capacity div 4 eq 100 and Capacity mod 3 eq 1',
    "length(Code) eq 2 and indexof(Code,'1') eq 1 and concat(Code,'x') eq 'H1x'",
    "substring(Code,1) eq '1' and toupper('a') eq 'A' and trim(' a ') eq 'a'",
    "Capacity eq '400'",
  ])('%s holds', (filter) => {
    expect(holds(parseFilter(filter), scopeOf(row))).toBe(true)
  })

  it.each([
    "Code eq 'h1'",
    'Nothing gt 1',
    'Nothing le 1',
    "startswith(Nothing,'a')",
    "Code eq 'H1' and Capacity gt 400",
    'Capacity div 0 eq 1',
    "not contains(Name,'Brien')",
    "Bookings/any(b:b/Space eq 'Z')",
  ])('%s does not hold', (filter) => {
    expect(holds(parseFilter(filter), scopeOf(row))).toBe(false)
  })

  it.each([
    ['Code eq', 'at its end'],
    ["Code eq 'H1", 'quote'],
    ["(Code eq 'H1'", 'not closed'],
    ["Code eq 'H1')", 'not opened'],
    ["Code is 'H1'", 'near'],
    ["'%zz' eq", 'at its end'],
    ['Since eq 2026-13-45', 'Not a date'],
    ['nosuch(Code) eq 1', 'near'],
    ['Code eq duration', undefined],
    ["Code eq duration'P1D'", 'not supported'],
    ['Code eq @alias', 'alias'],
  ])('refuses %s', (filter, reason) => {
    const evaluate = (): boolean => holds(parseFilter(filter), scopeOf(row))
    if (reason === undefined) expect(evaluate()).toBe(false)
    else
      expect(evaluate).toThrow(
        expect.objectContaining({ status: 400, message: expect.stringContaining(reason) }),
      )
  })
})

it('refuses what nests too deeply instead of running out of stack', () => {
  for (const depth of [60, 5000]) {
    expect(() => parseFilter(`${'('.repeat(depth)}1 eq 1${')'.repeat(depth)}`)).toThrow('deeper')
    expect(() => parseFilter('('.repeat(depth))).toThrow('deeper')
  }
})

describe('parseOption', () => {
  it('sorts ascending where no direction is given', () => {
    expect(parseOption('$orderby', 'Name, Code desc ,Venue/Name')).toEqual({
      orderBy: [
        { names: ['Name'], descending: false },
        { names: ['Code'], descending: true },
        { names: ['Venue', 'Name'], descending: false },
      ],
    })
  })

  it('reads nested options of an expand', () => {
    const { expand } = parseOption(
      '$expand',
      "Functions($select=A,B; $top=2; $filter=A eq 'x;y' or B eq 1 and A eq 'z'; $orderby=A),Account",
    )
    expect(expand).toMatchObject([
      { name: 'Functions', options: { select: ['A', 'B'], top: 2, orderBy: [{ descending: false }] } },
      { name: 'Account', options: {} },
    ])
    expect(expand?.[0]?.options.filter).toMatchObject({ kind: 'binary', operator: 'or' })
  })

  it.each([
    ['$top', 'five'],
    ['$top', '-1'],
    ['$top', '1&$expand=Account'],
    ['$format', 'json&$expand=Account'],
    ['$expand', 'Account($levels=2)'],
    ['$expand', 'Account/$count'],
    ['$select', 'Account/Name'],
    ['$orderby', ''],
    ['$count', 'maybe'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => parseOption(name, value)).toThrow(expect.objectContaining({ status: 400 }))
  })
})

describe('parseKey', () => {
  it('reads a single and a composite key', () => {
    expect(parseKey("'a''b/c'")).toBe("a'b/c")
    expect(parseKey("Organization='10',EventID=9001")).toEqual(
      new Map<string, string | number>([
        ['Organization', '10'],
        ['EventID', 9001],
      ]),
    )
    expect(() => parseKey('Organization=')).toThrow()
  })
})

describe('the small parts', () => {
  it('prepare leaves text inside literals alone', () => {
    expect(prepare("a eq 'x or y, 2026-03-01'")).toBe("a eq 'x%20or%20y%2C%202026-03-01'")
  })

  it('compare orders like with like only', () => {
    expect(compare(1, 2)).toBeLessThan(0)
    expect(compare('b', 'a')).toBeGreaterThan(0)
    expect(compare(true, true)).toBe(0)
    expect(compare(null, null)).toBe(0)
    expect(compare(null, 1)).toBeUndefined()
    expect(compare('x', 1)).toBeUndefined()
    expect(compare(new Date(0), '1970-01-01')).toBe(0)
  })

  it('visitPaths also visits what is never evaluated', () => {
    const seen: string[] = []
    visitPaths(
      parseFilter("1 eq 1 or A/B eq 2 and not C/any(c:c/D in ('x')) or E/$count gt 1"),
      ({ names }, variables) => seen.push([...variables.keys(), names.join('/')].join(' ')),
    )
    expect(seen).toEqual(['A/B', 'C', 'c c/D', 'E'])
  })
})
