import { CLASSES, COLON, CR, isBlank, LF, SPACE, TAB, TOKEN_LOWER, VALUE } from './char-classes.ts'
import { fieldBit, fieldNumber, readFieldNumber } from './field-names.ts'
import type { FieldSection } from './field-section.ts'

/** Longest head, request line or status line included, in bytes. */
export const HEAD_BYTES_MAX = 16_384

/** There are too few bytes to tell. */
export const INCOMPLETE = -1

/**
 * What is read is written here at once in the form in which it goes on, and becomes one text at the end. A line grows by one byte
 * at most, the blank behind its colon, and has four at least; something may stand before the lines.
 */
const scratch = Buffer.allocUnsafeSlow(HEAD_BYTES_MAX + (HEAD_BYTES_MAX * 5) / 4 + 16)
let length = 0
let places: number[] = []
let seen = 0
let twice = 0

/** Begins a text with these bytes, at most HEAD_BYTES_MAX; field lines follow. */
export function beginText(bytes: Uint8Array, from: number, to: number): void {
  const target = scratch
  for (let at = from; at < to; at += 1) target[at - from] = bytes[at] ?? 0
  length = to - from
}

/** What was begun and scanned, until another text is begun. */
export function takeFields(): FieldSection {
  return { text: scratch.toString('latin1', 0, length), places, seen, twice }
}

/**
 * Checks field lines up to the empty line that ends them (RFC 9112 5): no whitespace before the colon, no folding, no control
 * characters, each line ended by CRLF. At most HEAD_BYTES_MAX; `beginText` comes before.
 * @returns the index after the empty line, INCOMPLETE, or what is wrong
 */
export function scanFields(bytes: Uint8Array, from: number, to: number): number | string {
  const limit = Math.min(to, from + HEAD_BYTES_MAX)
  places = []
  seen = 0
  twice = 0
  let at = from
  while (at < limit) {
    if (bytes[at] === CR) {
      if (at + 1 >= limit) break
      return bytes[at + 1] === LF ? at + 2 : 'a CR that no LF follows'
    }
    const next = scanLine(bytes, at, limit)
    if (typeof next === 'string') return next
    if (next === INCOMPLETE) break
    at = next
  }
  return limit < to ? 'too many header lines' : INCOMPLETE
}

const TRANSFER_ENCODING = fieldNumber('transfer-encoding')

function scanLine(bytes: Uint8Array, from: number, to: number): number | string {
  // A module's variable is looked at anew at each use; these are not.
  const classes = CLASSES
  const lower = TOKEN_LOWER
  const target = scratch
  const start = length
  let at = from
  let end = start
  for (; at < to; at += 1, end += 1) {
    const letter = lower[bytes[at] ?? 0] ?? 0
    if (letter === 0) break
    target[end] = letter
  }
  if (at >= to) return INCOMPLETE
  if (bytes[at] !== COLON || at === from) return whyNoName(bytes, at, from)
  const number = readFieldNumber(target, start, end)
  target[end] = COLON
  target[end + 1] = SPACE
  at += 1
  while (at < to && isBlank(bytes[at])) at += 1
  const valueFrom = end + 2
  end = valueFrom
  for (; at < to; at += 1, end += 1) {
    const byte = bytes[at] ?? 0
    if (((classes[byte] ?? 0) & VALUE) === 0) break
    target[end] = byte
  }
  if (at + 1 >= to) return at < to && bytes[at] !== CR ? NO_VALUE : INCOMPLETE
  if (bytes[at] !== CR || bytes[at + 1] !== LF) return NO_VALUE
  while (end > valueFrom && isBlank(target[end - 1])) {
    // A tab behind a coding is a blank to some readers and part of it to others (Node's own): it stays, and is no coding.
    if (number === TRANSFER_ENCODING && target[end - 1] === TAB) break
    end -= 1
  }
  target[end] = CR
  target[end + 1] = LF
  length = end + 2
  note(number, start, valueFrom, end)
  return at + 2
}

function note(number: number, from: number, valueFrom: number, valueEnd: number): void {
  const bit = fieldBit(number)
  twice |= seen & bit
  seen |= bit
  places.push(number, from, valueFrom, valueEnd)
}

/** The index of the first byte that is not of this class. */
export function skip(bytes: Uint8Array, from: number, to: number, kind: number): number {
  const classes = CLASSES
  let at = from
  while (at < to && ((classes[bytes[at] ?? 0] ?? 0) & kind) !== 0) at += 1
  return at
}

function whyNoName(bytes: Uint8Array, at: number, from: number): string {
  if (at === from && isBlank(bytes[at])) return 'a header line that begins with a blank'
  if (isBlank(bytes[at])) return 'a blank before the colon of a header'
  return 'a header name that is none'
}

const NO_VALUE = 'a control character in a header'
