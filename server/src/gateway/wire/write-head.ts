import { STATUS_CODES } from 'node:http'
import type { FieldLines } from './head.ts'

/** `HTTP/1.1 200 OK` and CRLF. A status without a phrase of its own has none (RFC 9112 4). */
export function writeStatusLine(status: number): string {
  return statusLines[status] ?? `HTTP/1.1 ${status} \r\n`
}

const statusLines: (string | undefined)[] = Array.from({ length: 600 })
for (const [status, phrase] of Object.entries(STATUS_CODES))
  statusLines[Number(status)] = `HTTP/1.1 ${status} ${phrase}\r\n`

/** Field lines, each with its CRLF. The values are free of CR, LF and NUL: they were read so, or are the gateway's own. */
export function writeFields(fields: FieldLines): string {
  let text = ''
  for (let at = 0; at + 1 < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`
  return text
}
