import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTarget, TARGET_LENGTH_MAX, writeQuery, writeSegment } from './target.ts'

// security.md GW-01 and odata.md row 77: what two programs could read in two ways is refused, never repaired.
const REFUSED: readonly [name: string, target: string][] = [
  ['no slash at the beginning', 'api/v1'],
  ['absolute form', 'http://evil/api'],
  ['asterisk form', '*'],
  ['nothing', ''],
  ['an empty first segment, which new URL() reads as a host', '//api/v1/events'],
  ['an empty segment', '/api//v1'],
  ['two slashes at the end', '/api/'.concat('/')],
  ['a dot segment', '/api/./v1'],
  ['a double dot segment', '/api/../v1'],
  ['an encoded dot segment', '/api/%2e%2e/v1'],
  ['a half encoded one', '/api/.%2e/v1'],
  ['a doubly encoded one', '/api/%252e%252e/v1'],
  ['a backslash', '/api\\v1'],
  ['an encoded backslash', '/api%5Cv1'],
  ['an encoded slash', '/api%2Fv1'],
  ['an encoded percent', '/api%25'],
  ['NUL', '/api%00'],
  ['a line break', '/api%0d%0aX: y'],
  ['a tab', '/a\tpi'],
  ['DEL', '/api%7f'],
  ['a C1 control', '/api%c2%85'],
  ['a path parameter', '/api;x=1/v1'],
  ['an encoded one', '/api%3Bx=1'],
  ['a fragment', '/api#x'],
  ['an encoded fragment', '/api%23x'],
  ['an encoded question mark', '/api%3Fx=1'],
  ['raw letters outside of ASCII', '/caf\u00e9'],
  ['overlong UTF-8', '/%c0%ae%c0%ae'],
  ['UTF-8 that breaks off', '/%e2%82'],
  ['a surrogate', '/%ed%a0%80'],
  ['%u', '/%u002e'],
  ['a percent alone', '/100%'],
  ['an encoded letter', '/%45vents'],
  ['an encoded digit', '/%31'],
  ['a dot at the end', '/events.'],
  ['a space at the end', '/events%20'],
  ['braces', '/{x}'],
  ['NUL in the query', '/a?x=%00'],
  ['a broken percent in the query', '/a?x=%zz'],
  ['no UTF-8 in the query', '/a?x=%ff'],
]

const ACCEPTED: readonly [target: string, segments: string[], query: [string, string | undefined][]][] = [
  ['/', [], []],
  ['/a/b', ['a', 'b'], []],
  ['/a/b/', ['a', 'b'], []],
  ["/Events(Organization='10',EventID=1)", ["Events(Organization='10',EventID=1)"], []],
  ["/Spaces/10/O'Brien%20%26%20S%C3%B8n", ['Spaces', '10', "O'Brien & S\u00f8n"], []],
  ['/.hidden/a.b/~x', ['.hidden', 'a.b', '~x'], []],
  ['/a?', ['a'], []],
  [
    '/a?x=1&x=2&y',
    ['a'],
    [
      ['x', '1'],
      ['x', '2'],
      ['y', undefined],
    ],
  ],
  [
    '/a?q=a+b%2Bc&r=%26%3D',
    ['a'],
    [
      ['q', 'a b+c'],
      ['r', '&='],
    ],
  ],
  ["/a?search=Name%20eq%20'x'$page_size=100", ['a'], [['search', "Name eq 'x'$page_size=100"]]],
  ['/a?search=APISearch|1234$page=2', ['a'], [['search', 'APISearch|1234$page=2']]],
  ['/a?%65xpand=%7E%41', ['a'], [['expand', '~A']]],
  [
    '/a?x=1&&y=2',
    ['a'],
    [
      ['x', '1'],
      ['y', '2'],
    ],
  ],
]

describe('parseTarget', () => {
  it.each(REFUSED)('refuses %s', (_, target) => {
    const parsed = parseTarget(target)
    expect(parsed.ok, JSON.stringify(parsed)).toBe(false)
    if (!parsed.ok) expect(parsed.at).toBeLessThanOrEqual(target.length)
  })

  it.each(ACCEPTED)('reads %s', (target, segments, query) => {
    const parsed = parseTarget(target)
    expect(parsed).toMatchObject({ ok: true })
    if (parsed.ok) {
      expect(parsed.target.segments).toEqual(segments)
      expect(parsed.target.query.map(({ name, value }) => [name, value])).toEqual(query)
    }
  })

  const pieces = fc.constantFrom(
    '/',
    'a',
    'Events',
    '%20',
    '%27',
    '%2e',
    '%C3%B8',
    '..',
    '.',
    '?',
    '&',
    '=',
    '+',
    '%',
    ';',
    '#',
    "'",
    '(',
    ')',
    '$',
    '%26',
    '%2B',
    '%00',
    '\\',
    '|',
    '*',
    ':',
    '@',
    ',',
  )

  it('never throws, and what it accepts is written in one form that reads the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((each) => `/${each.join('')}`),
          fc.string({ maxLength: 40 }),
        ),
        (text) => {
          const first = parseTarget(text)
          if (!first.ok) return
          const { segments, query } = first.target
          const written = `/${segments.map(writeSegment).join('/')}?${writeQuery(query)}`
          const second = parseTarget(written)
          expect(second).toEqual({ ok: true, target: { ...first.target, trailingSlash: false } })
          if (second.ok)
            expect(
              `/${second.target.segments.map(writeSegment).join('/')}?${writeQuery(second.target.query)}`,
            ).toBe(written)
          // What leaves is plain ASCII in which no server can find another segment, parameter or fragment.
          expect(written).toMatch(/^\/[!$&'()*,.:=@~\w%/-]*\?[!$&'()*,./:=?@~\w%-]*$/)
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('keeps any text whole that is written as a key or a value', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme' }),
        (key, value) => {
          const parsed = parseTarget(
            `/${writeSegment(key)}?v=${writeQuery([{ name: value, value: undefined }])}`,
          )
          if (!parsed.ok) return
          expect(parsed.target.segments).toEqual([key])
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it('has a length that its callers can ask for', () => {
    expect(TARGET_LENGTH_MAX).toBe(8192)
  })
})
