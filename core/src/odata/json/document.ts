import { advance, type JsonCursor, type JsonProblem, openJson } from './cursor.ts'
import { decodeJsonString } from './names.ts'

/** A value of a document: where it stands, as bytes, and what it is. */
export type JsonValue = {
  readonly document: JsonDocument
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null'
  readonly start: number
  readonly end: number
  /** Its place among the entries of the document. */
  readonly entry: number
}

/** A member of an object: the decoded name, the bytes of the name with its quotes, the value. */
export type JsonMember = {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly value: JsonValue
}

/**
 * What stands where in a JSON text, as numbers: three for each name and each value (start, end, the entry behind it
 * and all that is in it). Names stand before their values. Twelve bytes per entry, where a tree of objects would take
 * a hundred.
 */
export type JsonDocument = { readonly bytes: Uint8Array; readonly entries: Int32Array }

export type ReadJson = { readonly ok: true; readonly value: JsonValue } | JsonProblem

type Entries = { list: Int32Array; count: number }

const KINDS: Readonly<Record<number, JsonValue['kind']>> = {
  0x7b: 'object',
  0x5b: 'array',
  0x22: 'string',
  0x74: 'true',
  0x66: 'false',
  0x6e: 'null',
}

/** Reads a whole JSON text, as strictly as `openJson` tells. */
export function readJson(bytes: Uint8Array): ReadJson {
  const cursor = openJson(bytes)
  const entries: Entries = { list: new Int32Array(96), count: 0 }
  const open: number[] = []
  for (;;) {
    const token = advance(cursor)
    if (token === 'problem' && cursor.problem) return cursor.problem
    if (token === 'end') break
    if (token === 'object_end' || token === 'array_end') closeEntry(entries, open.pop() ?? 0, cursor.end)
    else {
      if (token === 'object' || token === 'array') open.push(entries.count)
      addEntry(entries, cursor)
    }
  }
  const document = { bytes, entries: entries.list.subarray(0, entries.count * 3) }
  return { ok: true, value: valueAt(document, 0) }
}

/** The members of an object in the order of the text, one after the other; none of any other value. */
export function* membersOf(value: JsonValue): Generator<JsonMember> {
  if (value.kind !== 'object') return
  const { document } = value
  const until = nextEntry(document, value.entry)
  let entry = value.entry + 1
  while (entry < until) {
    const start = document.entries[entry * 3] ?? 0
    const end = document.entries[entry * 3 + 1] ?? 0
    const name = decodeJsonString(document.bytes, start, end)
    yield { name, start, end, value: valueAt(document, entry + 1) }
    entry = nextEntry(document, entry + 1)
  }
}

/** The value of the member of this name, undefined where the object has none. */
export function memberOf(value: JsonValue, name: string): JsonMember | undefined {
  for (const member of membersOf(value)) if (member.name === name) return member
  return undefined
}

/** The items of an array, one after the other; none of any other value. */
export function* itemsOf(value: JsonValue): Generator<JsonValue> {
  if (value.kind !== 'array') return
  const until = nextEntry(value.document, value.entry)
  let entry = value.entry + 1
  while (entry < until) {
    yield valueAt(value.document, entry)
    entry = nextEntry(value.document, entry)
  }
}

/** The text of a string, undefined for any other value. */
export function textOfValue(value: JsonValue): string | undefined {
  return value.kind === 'string' ? decodeJsonString(value.document.bytes, value.start, value.end) : undefined
}

/** The bytes of a value as they stand in the text. */
export function bytesOfValue(value: JsonValue): Uint8Array {
  return value.document.bytes.subarray(value.start, value.end)
}

function valueAt(document: JsonDocument, entry: number): JsonValue {
  const start = document.entries[entry * 3] ?? 0
  const end = document.entries[entry * 3 + 1] ?? 0
  return { document, kind: KINDS[document.bytes[start] ?? 0] ?? 'number', start, end, entry }
}

function nextEntry(document: JsonDocument, entry: number): number {
  return document.entries[entry * 3 + 2] ?? 0
}

function addEntry(entries: Entries, cursor: JsonCursor): void {
  const place = entries.count * 3
  if (place === entries.list.length) {
    const larger = new Int32Array(place * 2)
    larger.set(entries.list)
    entries.list = larger
  }
  entries.list[place] = cursor.start
  entries.list[place + 1] = cursor.end
  entries.list[place + 2] = entries.count + 1
  entries.count += 1
}

function closeEntry(entries: Entries, entry: number, end: number): void {
  entries.list[entry * 3 + 1] = end
  entries.list[entry * 3 + 2] = entries.count
}
