import type { FieldLines } from '#gateway/wire/head.ts'
import { writeStatusLine } from '#gateway/wire/write-head.ts'

/** How the body of an answer ends (RFC 9112 6.3). */
export type AnswerFraming = 'none' | 'length' | 'chunked' | 'close'

/** Field lines of an answer as they leave, less what concerns the connection. */
export type AnswerFields = {
  /** Each with its CRLF, ISO 8859-1. */
  readonly text: string
  /** Of the body; NO_LENGTH where that is not said before. */
  readonly length: number
  readonly hasDate: boolean
}

export const NO_LENGTH = -1

export type AnswerHead = {
  readonly text: string
  readonly framing: AnswerFraming
  readonly closes: boolean
}

export type AnswerHeadOptions = {
  readonly isForHead: boolean
  /** Of the caller. */
  readonly minorVersion: 0 | 1
  readonly closes: boolean
  readonly dateLine: string
}

/** Field lines from names and values. Throws where they frame the body in a way that cannot be. */
export function toAnswerFields(fields: FieldLines): AnswerFields {
  let text = ''
  let length = NO_LENGTH
  let hasDate = false
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const value = fields[at + 1] ?? ''
    if (name === 'connection' || name === 'transfer-encoding') continue
    if (name === 'content-length') {
      if (length !== NO_LENGTH) throw new Error('an answer has two lengths')
      length = readLength(value)
      continue
    }
    if (name === 'date') hasDate = true
    text += `${name}: ${value}\r\n`
  }
  if (/[^\0-\xff]/.test(text)) throw new Error('the head of an answer is not ISO 8859-1')
  return { text, length, hasDate }
}

/** The head as it leaves. */
export function writeAnswerHead(
  status: number,
  { text, length, hasDate }: AnswerFields,
  options: AnswerHeadOptions,
): AnswerHead {
  const framing = framingOf(status, options, length !== NO_LENGTH)
  const closes = options.closes || framing === 'close'
  // RFC 9110 8.6: a length is told where there is no body as well, but not in 204.
  const lengthLine = length === NO_LENGTH || status === 204 ? '' : 'content-length: ' + length + '\r\n'
  const date = hasDate ? '' : options.dateLine
  const end = (framing === 'chunked' ? CHUNKED : '') + (closes ? CLOSE : '') + '\r\n'
  return { text: writeStatusLine(status) + text + lengthLine + date + end, framing, closes }
}

const CHUNKED = 'transfer-encoding: chunked\r\n'
const CLOSE = 'connection: close\r\n'

function framingOf(
  status: number,
  { isForHead, minorVersion }: AnswerHeadOptions,
  hasLength: boolean,
): AnswerFraming {
  if (isForHead || status === 204 || status === 304) return 'none'
  if (hasLength) return 'length'
  return minorVersion === 1 ? 'chunked' : 'close'
}

function readLength(text: string): number {
  const length = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(length)) throw new Error('an answer has a length that is no number')
  return length
}
