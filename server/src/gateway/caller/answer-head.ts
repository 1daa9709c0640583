import type { FieldLines } from '#gateway/wire/head.ts'
import { writeStatusLine } from '#gateway/wire/write-head.ts'

/** How the body of an answer ends (RFC 9112 6.3). */
export type AnswerFraming = 'none' | 'length' | 'chunked' | 'close'

export type AnswerHead = {
  readonly text: string
  readonly framing: AnswerFraming
  /** Of the body, where it is known. */
  readonly length: number
  readonly closes: boolean
}

export type AnswerHeadOptions = {
  readonly isForHead: boolean
  /** Of the caller. */
  readonly minorVersion: 0 | 1
  readonly closes: boolean
  readonly dateLine: string
}

/** The head as it leaves. Throws where the fields frame the body in a way that cannot be. */
export function writeAnswerHead(status: number, fields: FieldLines, options: AnswerHeadOptions): AnswerHead {
  const { isForHead, minorVersion, dateLine } = options
  let text = writeStatusLine(status)
  let length = -1
  let hasDate = false
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const value = fields[at + 1] ?? ''
    if (name === 'connection' || name === 'transfer-encoding') continue
    if (name === 'content-length') {
      if (length >= 0) throw new Error('an answer has two lengths')
      length = readLength(value)
      // RFC 9110 8.6: not in 204.
      if (status === 204) continue
    }
    if (name === 'date') hasDate = true
    text += `${name}: ${value}\r\n`
  }
  if (!hasDate) text += dateLine
  const framing = framingOf(status, { isForHead, minorVersion, hasLength: length >= 0 })
  const closes = options.closes || framing === 'close'
  if (framing === 'chunked') text += 'transfer-encoding: chunked\r\n'
  if (closes) text += 'connection: close\r\n'
  text += '\r\n'
  if (/[^\0-\xff]/.test(text)) throw new Error('the head of an answer is not ISO 8859-1')
  return { text, framing, length, closes }
}

function framingOf(
  status: number,
  facts: { readonly isForHead: boolean; readonly minorVersion: 0 | 1; readonly hasLength: boolean },
): AnswerFraming {
  if (facts.isForHead || status === 204 || status === 304) return 'none'
  if (facts.hasLength) return 'length'
  return facts.minorVersion === 1 ? 'chunked' : 'close'
}

function readLength(text: string): number {
  const length = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(length)) throw new Error('an answer has a length that is no number')
  return length
}
