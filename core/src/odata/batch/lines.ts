import { LIMITS } from '#odata/limits.ts'
import { refuse } from '#odata/text/refusal.ts'

/** A range of bytes, end exclusive. */
export type Range = { readonly start: number; readonly end: number }

/** One kind of line break for all of a multipart body: two readers may disagree about a mixture. */
export type LineBreak = 'CRLF' | 'LF'

/** A line without its break, and where the next one begins. */
export type Line = Range & { readonly next: number }

/** What kind of line break the first one is. */
export function lineBreakOf(bytes: Uint8Array): LineBreak {
  const at = bytes.indexOf(0x0a)
  return at > 0 && bytes[at - 1] === 0x0d ? 'CRLF' : 'LF'
}

/** The line that begins here; the last one may end without a break. Another kind of break in it is refused. */
export function lineAt(bytes: Uint8Array, start: number, kind: LineBreak, end: number = bytes.length): Line {
  let at = start
  while (at < end && bytes[at] !== 0x0a) at += 1
  if (at >= end) {
    if (bytes.subarray(start, end).includes(0x0d)) refuseBytes('a carriage return alone', start, end)
    return { start, end, next: end }
  }
  const returns = at > start && bytes[at - 1] === 0x0d
  const stop = returns ? at - 1 : at
  if (returns !== (kind === 'CRLF') || bytes.subarray(start, stop).includes(0x0d)) {
    refuseBytes('two kinds of line breaks', start, at)
  }
  return { start, end: stop, next: at + 1 }
}

/** The first line that is not blank, from here on: clients send blank lines that nobody asked for. */
export function skipBlankLines(bytes: Uint8Array, start: number, kind: LineBreak, end: number): number {
  let at = start
  while (at < end) {
    const line = lineAt(bytes, at, kind, end)
    if (line.end > line.start) return at
    at = line.next
  }
  return at
}

/** Of a request line or a header: an address of the greatest length, and the words around it. */
export const LINE_LENGTH_MAX = LIMITS.urlLength + 100

/** A line as text. What stands in these lines is ASCII without controls but the tab, and not long. */
export function lineText(bytes: Uint8Array, line: Range): string {
  if (line.end - line.start > LINE_LENGTH_MAX) refuseBytes('a line that is too long', line.start, line.end)
  let text = ''
  for (let at = line.start; at < line.end; at += 1) {
    const byte = bytes[at] ?? 0
    if ((byte < 0x20 && byte !== 0x09) || byte > 0x7e)
      refuseBytes('a character that no header has', at, at + 1)
    text += String.fromCharCode(byte)
  }
  return text
}

/** Ends the reading of a batch: it is not one. */
export function refuseBytes(problem: string, start: number, end: number = start): never {
  refuse({ code: 'odata_malformed', problem, in: 'body', at: [start, end] })
}
