import { CR, LF, SPACE } from './char-classes.ts'
import { answerFraming, staysOpen } from './framing.ts'
import type { ReadResult, WireAnswer } from './head.ts'
import { minorVersionAt, VERSION_LENGTH } from './http-version.ts'
import { beginText, HEAD_BYTES_MAX, INCOMPLETE, scanFields, takeFields } from './read-fields.ts'

/** `HTTP/1.1 200` */
const STATUS_LENGTH = 12

/**
 * Reads the head of an answer as the grammar of RFC 9112 has it.
 * @param method of the request that it answers: an answer to HEAD has no body
 */
export function readAnswerHead(
  bytes: Buffer,
  from: number,
  to: number,
  method: string,
): ReadResult<WireAnswer> {
  const read = readWhole(bytes, from, Math.min(to, from + HEAD_BYTES_MAX), method)
  if (read !== undefined || to - from < HEAD_BYTES_MAX) return read
  return invalid('a head that is too long')
}

function readWhole(bytes: Buffer, from: number, to: number, method: string): ReadResult<WireAnswer> {
  if (to - from <= STATUS_LENGTH) return undefined
  const minorVersion = minorVersionAt(bytes, from)
  const status = readStatus(bytes, from + VERSION_LENGTH)
  if (minorVersion === undefined || status === undefined)
    return invalid('a first line that is no status line')
  const fieldsFrom = skipReason(bytes, from + STATUS_LENGTH, to)
  if (fieldsFrom === INCOMPLETE) return undefined
  if (typeof fieldsFrom === 'string') return invalid(fieldsFrom)
  beginText(bytes, from, from)
  const end = scanFields(bytes, fieldsFrom, to)
  if (end === INCOMPLETE) return undefined
  if (typeof end === 'string') return invalid(end)
  const fields = takeFields()
  const framing = answerFraming(fields, { status, method, minorVersion })
  if (framing === undefined) return invalid('a body whose end cannot be known')
  const keepAlive = framing.kind !== 'close' && staysOpen(fields, minorVersion)
  return { ok: true, end, head: { status, minorVersion, fields, framing, keepAlive } }
}

/** A blank and three digits, 100 to 599. */
function readStatus(bytes: Buffer, from: number): number | undefined {
  if (bytes[from] !== SPACE) return undefined
  let status = 0
  for (let at = from + 1; at < from + 4; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return undefined
    status = status * 10 + digit
  }
  return status >= 100 && status < 600 ? status : undefined
}

/** The reason phrase says nothing to a program; some leave its space out as well (RFC 9112 4). */
function skipReason(bytes: Buffer, from: number, to: number): number | string {
  if (bytes[from] !== SPACE && bytes[from] !== CR) return 'a first line that is no status line'
  let end = from
  while (end < to && bytes[end] !== CR && bytes[end] !== LF) end += 1
  if (bytes[end] === LF && end < to) return NO_LINE_END
  if (end + 1 >= to) return INCOMPLETE
  return bytes[end + 1] === LF ? end + 2 : NO_LINE_END
}

const NO_LINE_END = 'a line that does not end as it should'

function invalid(why: string): ReadResult<WireAnswer> {
  return { ok: false, problem: { code: 'request_malformed', detail: `The upstream's answer has ${why}.` } }
}
