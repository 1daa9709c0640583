import { CLASSES, COLON, CR, LF, SPACE, TAB, TOKEN, VALUE } from './char-classes.ts'
import { readFieldName } from './field-names.ts'

/** Longest head, request line or status line included, in bytes. */
export const HEAD_BYTES_MAX = 16_384

/** There are too few bytes to tell. */
export const INCOMPLETE = -1

/** Where names and values stand, four numbers a line: filled by scanFields, read by takeFields, one head at a time. */
const places = new Int32Array(4 * (HEAD_BYTES_MAX / 4 + 1))
let lines = 0

/**
 * Checks field lines up to the empty line that ends them (RFC 9112 5): no whitespace before the colon, no folding, no control
 * characters, each line ended by CRLF.
 * @returns the index after the empty line, INCOMPLETE, or what is wrong
 */
export function scanFields(bytes: Buffer, from: number, to: number): number | string {
  lines = 0
  let at = from
  while (at < to) {
    if (bytes[at] === CR) {
      if (at + 1 >= to) return INCOMPLETE
      return bytes[at + 1] === LF ? at + 2 : 'a CR that no LF follows'
    }
    // One more could not end within the longest head.
    if (lines * 4 >= places.length) return 'too many header lines'
    const next = scanLine(bytes, at, to)
    if (typeof next === 'string') return next
    if (next === INCOMPLETE) return INCOMPLETE
    at = next
  }
  return INCOMPLETE
}

function scanLine(bytes: Buffer, from: number, to: number): number | string {
  const nameEnd = skip(bytes, from, to, TOKEN)
  if (nameEnd >= to) return INCOMPLETE
  if (bytes[nameEnd] !== COLON || nameEnd === from) return whyNoName(bytes, nameEnd, from)
  let valueFrom = nameEnd + 1
  while (valueFrom < to && isBlank(bytes[valueFrom])) valueFrom += 1
  const end = skip(bytes, valueFrom, to, VALUE)
  if (end + 1 >= to) return end < to && bytes[end] !== CR ? whyNoValue() : INCOMPLETE
  if (bytes[end] !== CR || bytes[end + 1] !== LF) return whyNoValue()
  let valueEnd = end
  while (valueEnd > valueFrom && isBlank(bytes[valueEnd - 1])) valueEnd -= 1
  const place = lines * 4
  places[place] = from
  places[place + 1] = nameEnd
  places[place + 2] = valueFrom
  places[place + 3] = valueEnd
  lines += 1
  return end + 2
}

/** The index of the first byte that is not of this class. */
export function skip(bytes: Buffer, from: number, to: number, kind: number): number {
  // A module's variable is looked at anew at each use; this one is not.
  const classes = CLASSES
  let at = from
  while (at < to && ((classes[bytes[at] ?? 0] ?? 0) & kind) !== 0) at += 1
  return at
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

function whyNoName(bytes: Buffer, at: number, from: number): string {
  if (at === from && isBlank(bytes[at])) return 'a header line that begins with a blank'
  if (isBlank(bytes[at])) return 'a blank before the colon of a header'
  return 'a header name that is none'
}

function whyNoValue(): string {
  return 'a control character in a header'
}

/**
 * Names and values of what scanFields has just read, alternating.
 * @param text of the bytes from `from` on
 */
export function takeFields(bytes: Buffer, text: string, from: number): string[] {
  const fields: string[] = []
  for (let place = 0; place < lines * 4; place += 4) {
    const name = readFieldName(bytes, places[place] ?? 0, places[place + 1] ?? 0)
    const end = places[place + 3] ?? 0
    // A tab behind a coding is a blank to some readers and part of it to others (Node's own): it stays, and is no coding.
    const kept = name === 'transfer-encoding' ? endOfTabs(bytes, end) : end
    fields.push(name, text.slice((places[place + 2] ?? 0) - from, kept - from))
  }
  return fields
}

function endOfTabs(bytes: Buffer, from: number): number {
  let kept = from
  for (let at = from; isBlank(bytes[at]); at += 1) if (bytes[at] === TAB) kept = at + 1
  return kept
}
