import { LIMITS } from '#odata/limits.ts'
import { createNameReader, type NameReader } from './names.ts'
import { type Scanned, scanLiteral, scanNumber, scanString } from './scan.ts'

/** What stands at a cursor. `name` is a member's name; its value is the token after it. */
export type JsonToken =
  | 'object'
  | 'object_end'
  | 'array'
  | 'array_end'
  | 'name'
  | 'string'
  | 'number'
  | 'true'
  | 'false'
  | 'null'
  /** All of the text has been read, and it is one JSON value. */
  | 'end'
  /** Not JSON: `problem` says why. The cursor stays here. */
  | 'problem'

/** Why bytes are not one JSON value that is read. `at` counts bytes. */
export type JsonProblem = {
  readonly ok: false
  readonly problem: string
  readonly at: number
  readonly limit?: { readonly name: string; readonly value: number }
}

/**
 * A place in a JSON text. Only `advance` writes it. `start` and `end` are the bytes of the token, end exclusive: of a
 * string and a name with their quotes, of `object_end` the closing brace alone.
 */
export type JsonCursor = {
  readonly bytes: Uint8Array
  token: JsonToken | undefined
  start: number
  end: number
  /** Where the next token is looked for. */
  next: number
  /** How many objects and arrays are open behind the token. */
  depth: number
  /** Decoded, of the last `name`. */
  name: string
  problem: JsonProblem | undefined
  /** What may come next. */
  expect: 'value' | 'first_item' | 'first_name' | 'comma' | 'end'
  /** By depth: names seen so far in an open object, undefined for an array. */
  readonly open: (Set<string> | undefined)[]
  readonly names: NameReader
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a

/**
 * Reads bytes as exactly one JSON text (RFC 8259): UTF-8 without byte order mark, nothing behind it, not deeper than
 * `LIMITS.jsonDepth`, no object with two members whose decoded names are the same. Numbers are never converted.
 * Nothing is built: `advance` moves on by one token, so that a large text needs no memory.
 */
export function openJson(bytes: Uint8Array): JsonCursor {
  return {
    bytes,
    token: undefined,
    start: 0,
    end: 0,
    next: 0,
    depth: 0,
    name: '',
    problem: undefined,
    expect: 'value',
    open: [],
    names: createNameReader(bytes),
  }
}

/** Moves to the next token and tells it. Stays at `end` and at `problem`. */
export function advance(cursor: JsonCursor): JsonToken {
  if (cursor.problem) return 'problem'
  const at = skipBlanks(cursor.bytes, cursor.next)
  const byte = cursor.bytes[at]
  switch (cursor.expect) {
    case 'end':
      return byte === undefined
        ? place(cursor, 'end', at, at)
        : refuse(cursor, { problem: 'something stands behind the value', at })
    case 'first_item':
      return byte === 0x5d ? close(cursor, at) : readValue(cursor, at)
    case 'first_name':
      return byte === 0x7d ? close(cursor, at) : readName(cursor, at)
    case 'comma':
      return readNext(cursor, at)
    case 'value':
      return readValue(cursor, at)
  }
}

/**
 * Moves over the value that begins at the token `first` (the token just read): behind it, `token` is its last one, and
 * `end` the end of the value.
 */
export function skipValue(cursor: JsonCursor, first: JsonToken): JsonToken {
  if (first !== 'object' && first !== 'array') return first
  const outside = cursor.depth - 1
  let token = advance(cursor)
  while (cursor.depth > outside && token !== 'problem') token = advance(cursor)
  return token
}

/** The text of a string token (or of a name) between these bytes, which a cursor has read. */
export function textOf(cursor: JsonCursor): string {
  return cursor.names.decode(cursor.start, cursor.end)
}

function readNext(cursor: JsonCursor, at: number): JsonToken {
  const names = cursor.open[cursor.depth - 1]
  const byte = cursor.bytes[at]
  if (byte === (names ? 0x7d : 0x5d)) return close(cursor, at)
  if (byte !== COMMA)
    return refuse(cursor, { problem: names ? '"," or "}" was expected' : '"," or "]" was expected', at })
  const next = skipBlanks(cursor.bytes, at + 1)
  return names ? readName(cursor, next) : readValue(cursor, next)
}

function readName(cursor: JsonCursor, at: number): JsonToken {
  if (cursor.bytes[at] !== QUOTE) return refuse(cursor, { problem: 'a name in quotes was expected', at })
  const scanned = scanString(cursor.bytes, at)
  if (typeof scanned !== 'number') return refuse(cursor, scanned)
  const name = cursor.names.name(at, scanned)
  if (!name.isWellFormed()) return refuse(cursor, { problem: 'a name with half of a surrogate pair', at })
  const seen = cursor.open[cursor.depth - 1]
  if (seen?.has(name)) return refuse(cursor, { problem: 'the same name stands in this object twice', at })
  seen?.add(name)
  const colon = skipBlanks(cursor.bytes, scanned)
  if (cursor.bytes[colon] !== COLON) return refuse(cursor, { problem: '":" was expected', at: colon })
  cursor.name = name
  cursor.expect = 'value'
  place(cursor, 'name', at, scanned)
  cursor.next = colon + 1
  return 'name'
}

function readValue(cursor: JsonCursor, at: number): JsonToken {
  const byte = cursor.bytes[at]
  if (byte === 0x7b) return enter(cursor, 'object', at)
  if (byte === 0x5b) return enter(cursor, 'array', at)
  cursor.expect = cursor.depth === 0 ? 'end' : 'comma'
  if (byte === QUOTE) return scalar(cursor, 'string', at, scanString(cursor.bytes, at))
  if (byte === 0x74) return scalar(cursor, 'true', at, scanLiteral(cursor.bytes, at, 'true'))
  if (byte === 0x66) return scalar(cursor, 'false', at, scanLiteral(cursor.bytes, at, 'false'))
  if (byte === 0x6e) return scalar(cursor, 'null', at, scanLiteral(cursor.bytes, at, 'null'))
  return scalar(cursor, 'number', at, scanNumber(cursor.bytes, at))
}

function scalar(cursor: JsonCursor, token: JsonToken, at: number, scanned: Scanned): JsonToken {
  return typeof scanned === 'number' ? place(cursor, token, at, scanned) : refuse(cursor, scanned)
}

function enter(cursor: JsonCursor, token: 'object' | 'array', at: number): JsonToken {
  if (cursor.depth === LIMITS.jsonDepth) {
    const limit = { name: 'jsonDepth', value: LIMITS.jsonDepth }
    return refuse(cursor, { problem: `nested deeper than ${LIMITS.jsonDepth}`, at, limit })
  }
  cursor.open[cursor.depth] = token === 'object' ? new Set() : undefined
  cursor.depth += 1
  cursor.expect = token === 'object' ? 'first_name' : 'first_item'
  return place(cursor, token, at, at + 1)
}

function close(cursor: JsonCursor, at: number): JsonToken {
  cursor.depth -= 1
  const token = cursor.open[cursor.depth] ? 'object_end' : 'array_end'
  cursor.expect = cursor.depth === 0 ? 'end' : 'comma'
  return place(cursor, token, at, at + 1)
}

function place(cursor: JsonCursor, token: JsonToken, start: number, end: number): JsonToken {
  cursor.token = token
  cursor.start = start
  cursor.end = end
  cursor.next = end
  return token
}

function refuse(cursor: JsonCursor, why: Omit<JsonProblem, 'ok'>): JsonToken {
  cursor.problem = { ok: false, ...why }
  return place(cursor, 'problem', why.at, why.at)
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at
    at += 1
  }
}
