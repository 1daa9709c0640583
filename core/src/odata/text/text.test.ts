import { describe, expect, test } from 'vitest'
import { createCursor } from './lexer.ts'
import { attempt } from './refusal.ts'
import { decodeSource } from './source-text.ts'

function source(raw: string) {
  return decodeSource(raw, { in: '$filter', offset: 100 })
}

function tokens(raw: string) {
  return attempt(() => {
    const cursor = createCursor(source(raw))
    const found: string[] = []
    while (cursor.peek().kind !== 'end') {
      const token = cursor.next()
      found.push(`${token.kind}${token.type === undefined ? '' : `:${token.type}`} ${token.text}`)
    }
    return found
  })
}

function only(raw: string): string {
  const result = tokens(raw)
  return result.ok ? result.value.join(' | ') : result.code
}

describe('decoding', () => {
  test('each character remembers where it stood', () => {
    const { text, at } = source('a%20%C3%A9%F0%9F%98%80b')
    expect(text).toBe('a é😀b')
    expect([0, 1, 2, 3, 4, 5, 6].map(at)).toEqual([100, 101, 104, 110, 110, 122, 123])
  })

  test('happens exactly once', () => {
    expect(source("'%2525'").text).toBe("'%25'")
  })

  test.each([
    '%',
    '%4',
    '%zz',
    '%C3',
    '%C3%28',
    '%ED%A0%80',
    '%C0%80',
    '%FF',
    '%F4%90%80%80',
    'é',
    'a\nb',
    '%00',
  ])('%s is refused', (raw) => {
    const result = attempt(() => source(raw))
    expect(result).toMatchObject({ ok: false, code: 'odata_malformed', in: '$filter' })
  })
})

describe('tokens', () => {
  test.each([
    ["'it''s'", "string 'it''s'"],
    ['%27a%27', "string 'a'"],
    ['12345678-90ab-cdef-1234-567890abcdef', 'literal:Edm.Guid 12345678-90ab-cdef-1234-567890abcdef'],
    ['abcdef12-90ab-cdef-1234-567890abcdef', 'literal:Edm.Guid abcdef12-90ab-cdef-1234-567890abcdef'],
    ['2020-02-29', 'literal:Edm.Date 2020-02-29'],
    ['2020-02-29T10:00:00.5%2B01:00', 'literal:Edm.DateTimeOffset 2020-02-29T10:00:00.5+01:00'],
    ['23:59:59.9', 'literal:Edm.TimeOfDay 23:59:59.9'],
    ['-12', 'literal:Edm.Int64 -12'],
    ['1.5e-3', 'literal:Edm.Double 1.5e-3'],
    ['-INF', 'literal:Edm.Double -INF'],
    ["duration'-P1DT2.5S'", "literal:Edm.Duration duration'-P1DT2.5S'"],
    ["binary'T0RhdGE='", "literal:Edm.Binary binary'T0RhdGE='"],
    ["geography'SRID=0;Point(1 2)'", "literal:Edm.Geography geography'SRID=0;Point(1 2)'"],
    ["EM.Status'Open'", "literal:EM.Status EM.Status'Open'"],
    ['EM.Gala/Name', 'name EM.Gala | mark / | name Name'],
    ['$it/@Core.Term', 'system $it | mark / | alias @Core.Term'],
    ['"a\\"b\\u0026"', 'json "a\\"b\\u0026"'],
    ['-Price', 'mark - | name Price'],
  ])('%s', (raw, expected) => {
    expect(only(raw)).toBe(expected)
  })

  test.each([
    ['%26', '&'],
    ['%23', '#'],
    ['%3F', '?'],
    ['%25', '%'],
    ['%01', 'a control'],
    ['%0A', 'a line feed'],
    ['%C2%A0', 'a space that is not one'],
    ['%5C', 'a backslash'],
    ['a+b', '+'],
    ['5a', 'a number that goes on as a name'],
    ['2020-13-01x', 'no date'],
    ["'a", 'an open quote'],
    ["duration'P'", 'no duration'],
    ["geometry'SRID=0;Point(1 2))'", 'no shape'],
    ['"a%26b"', 'a delimiter in JSON'],
    ['"a\\x"', 'no escape of JSON'],
    ['a'.repeat(129), 'a long name'],
  ])('%s is refused: %s', (raw) => {
    expect(only(raw)).toBe('odata_malformed')
  })

  test('delimiters in quotes are part of the text', () => {
    expect(only("'%26%23%3F%25%3B+'")).toBe("string '&#?%;+'")
  })

  test('"+" is answered with what to write instead', () => {
    expect(tokens('a+b')).toMatchObject({ problem: expect.stringContaining('%2B'), at: [101, 102] })
  })

  test('long runs are read in one pass', () => {
    const long = 200_000
    expect(only('1'.repeat(long))).toHaveLength(long + 'literal:Edm.Int64 '.length)
    expect(only(`${'1'.repeat(long)}x`)).toBe('odata_malformed')
    expect(only(`'${"''".repeat(long)}`)).toBe('odata_malformed')
    expect(only(`"${'\\u0041'.repeat(long)}`)).toBe('odata_malformed')
  })
})
