import { SPACE, TAB } from './char-classes.ts'
import type { FieldLines, Framing, WireProblem } from './head.ts'

const NO_BODY: Framing = { kind: 'none' }
const CHUNKED: Framing = { kind: 'chunked' }
const UNTIL_CLOSE: Framing = { kind: 'close' }

/** A length with more digits is none that anybody sends, and no number that is exact. */
const LENGTH_DIGITS_MAX = 15

/** Where the body of a request ends (RFC 9112 6.3); a problem where two readers could disagree about it. */
export function requestFraming(fields: FieldLines, minorVersion: 0 | 1): Framing | WireProblem {
  const coding = findOnce(fields, 'transfer-encoding')
  const length = findOnce(fields, 'content-length')
  if (coding === TWICE) return ambiguous('The header "transfer-encoding" stands there more than once.')
  if (length === TWICE) return ambiguous('The header "content-length" stands there more than once.')
  if (coding !== undefined) {
    // RFC 9112 6.1: a server must treat it as faulty framing.
    if (minorVersion === 0) return ambiguous('HTTP/1.0 has no "transfer-encoding".')
    if (length !== undefined) return ambiguous('"transfer-encoding" and "content-length" exclude each other.')
    return readCoding(coding)
  }
  if (length === undefined) return NO_BODY
  const count = readLength(length)
  return count === undefined
    ? { code: 'request_malformed', detail: 'The header "content-length" is not a number of bytes.' }
    : ofLength(count)
}

/**
 * Where the body of an answer ends.
 * @returns undefined where two readers could disagree about it
 */
export function answerFraming(
  fields: FieldLines,
  {
    status,
    method,
    minorVersion,
  }: { readonly status: number; readonly method: string; readonly minorVersion: 0 | 1 },
): Framing | undefined {
  const coding = findOnce(fields, 'transfer-encoding')
  const length = findOnce(fields, 'content-length')
  if (coding === TWICE || length === TWICE) return undefined
  const count = length === undefined ? undefined : readLength(length)
  if (length !== undefined && (count === undefined || coding !== undefined)) return undefined
  if (coding !== undefined && (minorVersion === 0 || coding.toLowerCase() !== 'chunked')) return undefined
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NO_BODY
  if (coding !== undefined) return CHUNKED
  return count === undefined ? UNTIL_CLOSE : ofLength(count)
}

/** Whether the connection goes on after this message (RFC 9112 9.3). HTTP/1.0 ends it: its `keep-alive` was never safe. */
export function staysOpen(fields: FieldLines, minorVersion: 0 | 1): boolean {
  return minorVersion === 1 && !hasListed(fields, 'connection', 'close')
}

/** Whether a header whose value is a list has this member, in any case of letters. */
export function hasListed(fields: FieldLines, name: string, member: string): boolean {
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== name) continue
    const value = fields[at + 1] ?? ''
    if (value === member) return true
    // By far the most frequent of all.
    if (value === 'keep-alive') continue
    for (const each of value.split(',')) if (trimBlanks(each).toLowerCase() === member) return true
  }
  return false
}

/** In place of a value: there are two. */
export const TWICE = Symbol('twice')

/** The value of a header that may stand there once. */
export function findOnce(fields: FieldLines, name: string): string | typeof TWICE | undefined {
  let found: string | undefined
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== name) continue
    if (found !== undefined) return TWICE
    found = fields[at + 1] ?? ''
  }
  return found
}

/** Without the blanks around it (RFC 9110 5.6.3). `trim()` takes away more, which other programs keep. */
export function trimBlanks(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from += 1
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1
  return text.slice(from, to)
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

function ofLength(length: number): Framing {
  return length === 0 ? NO_BODY : { kind: 'length', length }
}

function readLength(text: string): number | undefined {
  return text.length <= LENGTH_DIGITS_MAX && /^\d+$/.test(text) ? Number(text) : undefined
}

/** Exactly `chunked`. Any other list that ends in it asks for what is not here; the rest has no end that can be known. */
function readCoding(text: string): Framing | WireProblem {
  if (text.toLowerCase() === 'chunked') return CHUNKED
  const codings = text.toLowerCase().split(',').map(trimBlanks)
  const isFramed =
    codings.length > 1 && codings.at(-1) === 'chunked' && codings.indexOf('chunked') === codings.length - 1
  if (isFramed && codings.every((each) => /^[a-z-]+$/.test(each)))
    return { code: 'transfer_coding_not_supported', detail: 'The only transfer coding here is "chunked".' }
  return {
    code: 'request_malformed',
    detail: 'The header "transfer-encoding" does not say where the body ends.',
  }
}

function ambiguous(detail: string): WireProblem {
  return { code: 'header_ambiguous', detail }
}
