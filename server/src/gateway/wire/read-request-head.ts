import { AUTHORITY, CLASSES, COLON, CR, LF, SPACE, TOKEN, VISIBLE } from './char-classes.ts'
import { fieldNumber } from './field-names.ts'
import { connectionHas, type FieldSection, hasField, TWICE, valueOnce, valuesOf } from './field-section.ts'
import { requestFraming, staysOpen } from './framing.ts'
import type { ReadResult, WireProblem, WireRequest } from './head.ts'
import { minorVersionAt, VERSION_LENGTH } from './http-version.ts'
import { beginText, HEAD_BYTES_MAX, INCOMPLETE, scanFields, skip, takeFields } from './read-fields.ts'

const METHOD_LENGTH_MAX = 32

const HOST = fieldNumber('host')
const EXPECT = fieldNumber('expect')
const UPGRADE = fieldNumber('upgrade')

/**
 * Reads the head of a request, exactly as the grammar of RFC 9112 has it: what is not in the grammar, or says two things about
 * where the body ends, is a problem, never repaired. One empty line before it is skipped (2.2).
 */
export function readRequestHead(bytes: Buffer, from: number, to: number): ReadResult<WireRequest> {
  // The beginning of an empty line.
  if (to - from === 1 && bytes[from] === CR) return undefined
  const start = to - from > 1 && bytes[from] === CR && bytes[from + 1] === LF ? from + 2 : from
  const read = readWhole(bytes, start, Math.min(to, start + HEAD_BYTES_MAX))
  if (read !== undefined || to - start < HEAD_BYTES_MAX) return read
  return bad('head_too_large', `The head has more than ${HEAD_BYTES_MAX} bytes.`)
}

function readWhole(bytes: Buffer, from: number, to: number): ReadResult<WireRequest> {
  const methodEnd = skip(bytes, from, to, TOKEN)
  if (methodEnd - from > METHOD_LENGTH_MAX) return malformed('The method is too long.')
  if (methodEnd >= to) return undefined
  if (bytes[methodEnd] !== SPACE || methodEnd === from) return malformed(NO_REQUEST_LINE)
  const targetFrom = methodEnd + 1
  const targetEnd = skip(bytes, targetFrom, to, VISIBLE)
  const targetProblem = judgeTarget(bytes, targetFrom, targetEnd, to)
  if (targetProblem !== undefined) return { ok: false, problem: targetProblem }
  const versionFrom = targetEnd + 1
  const fieldsFrom = versionFrom + VERSION_LENGTH + 2
  if (to < fieldsFrom) return undefined
  const minorVersion = readVersion(bytes, versionFrom)
  if (typeof minorVersion === 'object') return { ok: false, problem: minorVersion }
  beginText(bytes, targetFrom, targetEnd)
  const end = scanFields(bytes, fieldsFrom, to)
  if (end === INCOMPLETE) return undefined
  if (typeof end === 'string') return malformed(`The head has ${end}.`)
  const fields = takeFields()
  const problem = judge(fields, minorVersion)
  if (problem !== undefined) return { ok: false, problem }
  const framing = requestFraming(fields, minorVersion)
  if ('code' in framing) return { ok: false, problem: framing }
  return {
    ok: true,
    end,
    head: {
      method: readMethod(bytes, from, methodEnd),
      target: fields.text.slice(0, targetEnd - targetFrom),
      minorVersion,
      fields,
      framing,
      keepAlive: staysOpen(fields, minorVersion),
      expectsContinue: minorVersion === 1 && hasField(fields, EXPECT),
    },
  }
}

/** By its first letter; the most frequent ones are found without making a string. */
function readMethod(bytes: Buffer, from: number, to: number): string {
  if (to - from === 3 && bytes[from] === 71 && bytes[from + 1] === 69 && bytes[from + 2] === 84) return 'GET'
  return bytes.toString('latin1', from, to)
}

const NO_REQUEST_LINE = 'The first line is not method, target and HTTP version with one space between them.'

function judgeTarget(bytes: Buffer, from: number, end: number, to: number): WireProblem | undefined {
  if (end >= to) return undefined
  if (end === from || bytes[end] === CR || bytes[end] === LF)
    return { code: 'request_malformed', detail: NO_REQUEST_LINE }
  if (bytes[end] === SPACE) return undefined
  return {
    code: 'target_malformed',
    detail: `The request target has a character that must be percent-encoded, at character ${end - from}.`,
  }
}

/** `HTTP/1.1` or `HTTP/1.0` and the end of the line; their letters are case-sensitive (RFC 9112 2.3). */
function readVersion(bytes: Buffer, from: number): 0 | 1 | WireProblem {
  const minorVersion = minorVersionAt(bytes, from)
  if (
    minorVersion !== undefined &&
    bytes[from + VERSION_LENGTH] === CR &&
    bytes[from + VERSION_LENGTH + 1] === LF
  )
    return minorVersion
  return /^HTTP\/\d\.\d\r\n$/.test(bytes.toString('latin1', from, from + VERSION_LENGTH + 2))
    ? { code: 'http_version_not_supported', detail: 'The HTTP versions here are 1.1 and 1.0.' }
    : { code: 'request_malformed', detail: NO_REQUEST_LINE }
}

/** What concerns the connection itself, and no other part looks at. */
function judge(fields: FieldSection, minorVersion: 0 | 1): WireProblem | undefined {
  const host = valueOnce(fields, HOST)
  if (host === TWICE)
    return { code: 'header_ambiguous', detail: 'The header "host" stands there more than once.' }
  // RFC 9112 3.2: of HTTP/1.0 it is not asked.
  if (host === undefined && minorVersion === 1)
    return { code: 'request_malformed', detail: 'The header "host" is missing.' }
  if (host !== undefined && !isAuthority(host))
    return { code: 'request_malformed', detail: 'The header "host" is no host.' }
  if (asksForUpgrade(fields))
    return {
      code: 'upgrade_not_supported',
      detail: 'The connection stays HTTP/1.1: there is no WebSocket and nothing else to upgrade to.',
    }
  const expectation = valueOnce(fields, EXPECT)
  if (expectation !== undefined && (expectation === TWICE || expectation.toLowerCase() !== '100-continue'))
    return { code: 'expectation_not_supported', detail: 'The only expectation here is "100-continue".' }
  return undefined
}

/** A name, or an address in brackets, and perhaps a port (RFC 9110 7.2). */
function isAuthority(text: string): boolean {
  let colon = text.length
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (((CLASSES[code] ?? 0) & AUTHORITY) === 0) return false
    if (code === OPEN_BRACKET || code === CLOSE_BRACKET || (code === COLON && colon < text.length))
      return /^\[[\da-f:.]+\](?::\d{0,5})?$/i.test(text)
    if (code === COLON) colon = at
  }
  return isPort(text, colon + 1)
}

const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

function isPort(text: string, from: number): boolean {
  if (text.length - from > 5) return false
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return true
}

/** RFC 9110 7.8. Clients that offer HTTP/2 with every first request mean no harm: an offer may be passed over. */
function asksForUpgrade(fields: FieldSection): boolean {
  if (!hasField(fields, UPGRADE) || !connectionHas(fields, 'upgrade')) return false
  return valuesOf(fields, UPGRADE).some((value) => value.toLowerCase() !== 'h2c')
}

function malformed(detail: string): ReadResult<WireRequest> {
  return bad('request_malformed', detail)
}

function bad(code: WireProblem['code'], detail: string): ReadResult<WireRequest> {
  return { ok: false, problem: { code, detail } }
}
