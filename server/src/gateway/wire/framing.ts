import { fieldNumber } from './field-names.ts'
import { connectionHas, type FieldSection, TWICE, trimBlanks, valueOnce } from './field-section.ts'
import type { Framing, WireProblem } from './head.ts'

const TRANSFER_ENCODING = fieldNumber('transfer-encoding')
const CONTENT_LENGTH = fieldNumber('content-length')

const NO_BODY: Framing = { kind: 'none' }
const CHUNKED: Framing = { kind: 'chunked' }
const UNTIL_CLOSE: Framing = { kind: 'close' }

/** A length with more digits is none that anybody sends, and no number that is exact. */
const LENGTH_DIGITS_MAX = 15

/** Where the body of a request ends (RFC 9112 6.3); a problem where two readers could disagree about it. */
export function requestFraming(fields: FieldSection, minorVersion: 0 | 1): Framing | WireProblem {
  const coding = valueOnce(fields, TRANSFER_ENCODING)
  const length = valueOnce(fields, CONTENT_LENGTH)
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
  fields: FieldSection,
  {
    status,
    method,
    minorVersion,
  }: { readonly status: number; readonly method: string; readonly minorVersion: 0 | 1 },
): Framing | undefined {
  const coding = valueOnce(fields, TRANSFER_ENCODING)
  const length = valueOnce(fields, CONTENT_LENGTH)
  if (coding === TWICE || length === TWICE) return undefined
  const count = length === undefined ? undefined : readLength(length)
  if (length !== undefined && (count === undefined || coding !== undefined)) return undefined
  if (coding !== undefined && (minorVersion === 0 || coding.toLowerCase() !== 'chunked')) return undefined
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NO_BODY
  if (coding !== undefined) return CHUNKED
  return count === undefined ? UNTIL_CLOSE : ofLength(count)
}

/** Whether the connection goes on after this message (RFC 9112 9.3). HTTP/1.0 ends it: its `keep-alive` was never safe. */
export function staysOpen(fields: FieldSection, minorVersion: 0 | 1): boolean {
  return minorVersion === 1 && !connectionHas(fields, 'close')
}

function ofLength(length: number): Framing {
  return length === 0 ? NO_BODY : { kind: 'length', length }
}

function readLength(text: string): number | undefined {
  if (text === '' || text.length > LENGTH_DIGITS_MAX) return undefined
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return undefined
    length = length * 10 + digit
  }
  return length
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
