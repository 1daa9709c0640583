import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '#odata/limits.ts'
import { advance, openJson, skipValue, textOf } from './cursor.ts'
import { bytesOfValue, itemsOf, type JsonValue, membersOf, readJson, textOfValue } from './document.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const read = (text: string | Uint8Array) => readJson(typeof text === 'string' ? Buffer.from(text) : text)

/** What JSON.parse would make of it, for comparison. */
function built(value: JsonValue): unknown {
  if (value.kind === 'object') {
    return Object.fromEntries([...membersOf(value)].map(({ name, value }) => [name, built(value)]))
  }
  if (value.kind === 'array') return [...itemsOf(value)].map(built)
  if (value.kind === 'string') return textOfValue(value)
  return JSON.parse(Buffer.from(bytesOfValue(value)).toString())
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

describe('row 63: what several parsers read in several ways is not read', () => {
  it.each([
    ['the same member twice', '{"a":1,"a":2}', 7],
    ['the same member twice, one of them escaped', '{"Bookings":[],"Book\\u0069ngs":[]}', 15],
    ['the same member twice in a nested object', '{"a":{"b":1,"b":2}}', 12],
    ['a byte order mark', '\ufeff{}', 0],
    ['trailing data', '{} {}', 3],
    ['a trailing comma in an object', '{"a":1,}', 7],
    ['a trailing comma in an array', '[1,]', 3],
    ['a comma in front', '[,1]', 1],
    ['single quotes', "{'a':1}", 1],
    ['a comment', '{/**/}', 1],
    ['a name without quotes', '{a:1}', 1],
    ['a leading zero', '[01]', 2],
    ['a plus sign', '[+1]', 1],
    ['a number that ends with its point', '[1.]', 3],
    ['a number without digits in the exponent', '[1e+]', 4],
    ['hexadecimal', '[0x1]', 2],
    ['NaN', '[NaN]', 1],
    ['Infinity', '[-Infinity]', 2],
    ['a control character in a string', '["\t"]', 2],
    ['an unknown escape', '["\\x41"]', 2],
    ['an escape cut short', '["\\u00g0"]', 2],
    ['a string that does not end', '["', 2],
    ['an object that does not end', '{"a":1', 6],
    ['nothing', '', 0],
    ['blanks alone', ' \n', 2],
    ['a blank that JSON does not know', '\u00a0{}', 0],
    ['a form feed', '\f{}', 0],
    ['half of a surrogate pair in a name', '{"\\ud800":1}', 1],
    ['capital letters', '[True]', 1],
    ['a literal cut short', '[tru]', 1],
    ['a mismatched bracket', '[}', 1],
    ['a mismatched bracket behind a value', '{"a":1]', 6],
  ])('%s', (_name, text, at) => {
    expect(read(text)).toMatchObject({ ok: false, at })
  })

  it.each([
    ['an overlong form', [0xc0, 0xaf]],
    ['an overlong form of three bytes', [0xe0, 0x9f, 0xbf]],
    ['an overlong form of four bytes', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond the last character', [0xf4, 0x90, 0x80, 0x80]],
    ['a continuation alone', [0x80]],
    ['cut short', [0xe2, 0x82]],
    ['FF', [0xff]],
  ])('invalid UTF-8: %s', (_name, bytes) => {
    const text = Uint8Array.from([0x5b, 0x22, ...bytes, 0x22, 0x5d])
    expect(readJson(text)).toMatchObject({ ok: false, problem: 'invalid UTF-8', at: 2 })
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined()
  })

  it('UTF-16', () => {
    expect(readJson(Buffer.from('{"a":1}', 'utf16le'))).toMatchObject({ ok: false })
  })

  it('deeper than the limit, which is named', () => {
    const depth = LIMITS.jsonDepth
    expect(read('['.repeat(depth) + ']'.repeat(depth)).ok).toBe(true)
    expect(read('['.repeat(depth + 1) + ']'.repeat(depth + 1))).toMatchObject({
      ok: false,
      at: depth,
      limit: { name: 'jsonDepth', value: depth },
    })
    expect(read('{"a":'.repeat(100_000))).toMatchObject({ ok: false, limit: { name: 'jsonDepth' } })
  })

  it('__proto__ is a name like others', () => {
    const answer = read('{"__proto__":{"a":1},"constructor":2}')
    expect(answer.ok && [...membersOf(answer.value)].map(({ name }) => name)).toEqual([
      '__proto__',
      'constructor',
    ])
  })
})

describe('row 64: numbers stay as they are written', () => {
  it('raw bytes of a value can be copied', () => {
    const answer = read('{"n": 12345678901234567890.10 , "m":-0.0e+7}')
    if (!answer.ok) throw new Error(answer.problem)
    const raw = [...membersOf(answer.value)].map(({ value }) => Buffer.from(bytesOfValue(value)).toString())
    expect(raw).toEqual(['12345678901234567890.10', '-0.0e+7'])
  })
})

describe('what is read is what JSON.parse reads', () => {
  const alphabet = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '"\\u00e9\\n"',
    '"é€😀"',
    '1',
    '-0.5e3',
    'true',
    'null',
    ' ',
  ]

  it('random texts: accepted by both with the same value, or by neither, but for names that come twice', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    let accepted = 0
    for (let round = 0; round < 40_000; round += 1) {
      const text = randomJson(random, alphabet)
      const ours = read(text)
      const theirs = parsed(Buffer.from(text).toString())
      if (ours.ok) {
        accepted += 1
        expect(built(ours.value)).toEqual(theirs)
      } else if (theirs !== undefined) {
        expect(ours.problem, text).toContain('twice')
      }
    }
    expect(accepted).toBeGreaterThan(5000)
  })
})

function randomJson(random: (below: number) => number, alphabet: readonly string[]): string {
  const value = (depth: number): string => {
    const kind = random(depth > 3 ? 3 : 5)
    if (kind === 3) return `[${Array.from({ length: random(4) }, () => value(depth + 1)).join(',')}]`
    if (kind === 4) {
      return `{ ${Array.from({ length: random(4) }, () => `"${'abcde'[random(5)]}" :${value(depth + 1)}`).join(',')}}`
    }
    return alphabet[6 + random(8)] ?? ''
  }
  const text = value(0)
  if (random(2) === 0) return text
  const at = random(text.length + 1)
  return text.slice(0, at) + (alphabet[random(alphabet.length)] ?? '') + text.slice(at + random(2))
}

describe('the cursor', () => {
  it('walks without building anything, tells spans, and skips values', () => {
    const bytes = Buffer.from('{"a":{"x":[1,{}]},"b":"h\\u0069"}')
    const cursor = openJson(bytes)
    const seen: string[] = []
    for (let token = advance(cursor); token !== 'end'; token = advance(cursor)) {
      seen.push(`${token} ${bytes.toString('utf8', cursor.start, cursor.end)}`)
      if (cursor.name === 'a' && token === 'object' && cursor.depth === 2) {
        expect(skipValue(cursor, token)).toBe('object_end')
        expect(cursor.end).toBe(17)
      }
      if (token === 'string') expect(textOf(cursor)).toBe('hi')
    }
    expect(seen).toEqual([
      'object {',
      'name "a"',
      'object {',
      'name "b"',
      'string "h\\u0069"',
      'object_end }',
    ])
    expect(advance(cursor)).toBe('end')
  })

  it('stays at a problem, also when a value is skipped', () => {
    const cursor = openJson(Buffer.from('[[1,]]'))
    advance(cursor)
    expect(skipValue(cursor, advance(cursor))).toBe('problem')
    expect(advance(cursor)).toBe('problem')
    expect(cursor.problem).toMatchObject({ at: 4 })
  })

  it('every byte of a large text is looked at, whatever it is made of', () => {
    const flat = Buffer.from(`[${'0,'.repeat(1_000_000)}0]`)
    const answer = readJson(flat)
    expect(answer.ok && [...itemsOf(answer.value)].length).toBe(1_000_001)
    const one = Buffer.from(`{${Array.from({ length: 100_000 }, (_, i) => `"n${i}":1`).join(',')}}`)
    expect(readJson(one).ok).toBe(true)
  })
})

describe('text as UTF-8', () => {
  it('goes there and back', () => {
    const text = 'aé€😀\u0000\uffff\u{10ffff}'
    expect(Buffer.from(encodeUtf8(text))).toEqual(Buffer.from(text))
    expect(decodeUtf8(encodeUtf8(text))).toBe(text)
    expect(decodeUtf8(Buffer.from('x€y'), 1, 4)).toBe('€')
    expect(decodeUtf8(Buffer.from('x€y'), 1, 3)).toBeUndefined()
  })
})
