import { startsWithAt } from './bytes.ts'
import { type LineBreak, lineAt, type Range, refuseBytes, skipBlankLines } from './lines.ts'

/** A multipart body (RFC 2046 5.1), or one in it. */
export type Multipart = Range & {
  readonly bytes: Uint8Array
  readonly boundary: string
  readonly kind: LineBreak
}

/**
 * The parts of a multipart body, one after the other, so that whoever counts them can stop. Nothing but blank lines
 * may stand before the first boundary and behind the last one (odata.md row 66: there are servers that carry out what
 * stands there). A line that only begins like the boundary is refused, as is a part without an end.
 */
export function* partsOf(multipart: Multipart): Generator<Range> {
  const { bytes, kind, end } = multipart
  let at = skipBlankLines(bytes, multipart.start, kind, end)
  let delimiter = delimiterAt(multipart, at)
  if (!delimiter) refuseBytes('something else than the boundary at the beginning', at)
  while (!delimiter.last) {
    const found = nextDelimiter(multipart, delimiter.next)
    yield { start: delimiter.next, end: found.start }
    delimiter = found.delimiter
  }
  at = skipBlankLines(bytes, delimiter.next, kind, end)
  if (at < end) refuseBytes('something stands behind the last boundary', at, end)
}

/** RFC 2046 5.1.1: 1 to 70 characters, no blank at the end. */
export function isBoundary(text: string): boolean {
  return /^[0-9A-Za-z'()+_,./:=? -]{1,70}$/.test(text) && !text.endsWith(' ')
}

type Delimiter = { readonly last: boolean; readonly next: number }

/** The delimiter that begins at this line, undefined where the line is another one. */
function delimiterAt({ bytes, boundary, kind, end }: Multipart, at: number): Delimiter | undefined {
  if (!startsWithAt(bytes, at, `--${boundary}`) || at + boundary.length + 2 > end) return undefined
  const line = lineAt(bytes, at, kind, end)
  const behind = line.end - at - boundary.length - 2
  const last = behind === 2 && startsWithAt(bytes, line.end - 2, '--')
  if (behind !== 0 && !last) refuseBytes('a line that only begins like the boundary', line.start, line.end)
  if (!last && line.next === line.end) refuseBytes('a boundary with nothing behind it', line.start, line.end)
  return { last, next: line.next }
}

/** The next delimiter, and where the part before it ends: before the line break that belongs to the delimiter. */
function nextDelimiter(
  multipart: Multipart,
  from: number,
): { readonly start: number; readonly delimiter: Delimiter } {
  const { bytes, kind, end } = multipart
  let at = from
  while (at < end) {
    const delimiter = delimiterAt(multipart, at)
    if (delimiter) return { start: endBefore(bytes, at, { from, kind }), delimiter }
    const lineFeed = bytes.indexOf(0x0a, at)
    if (lineFeed < 0) break
    at = lineFeed + 1
  }
  refuseBytes('a part without a boundary behind it', from, end)
}

function endBefore(
  bytes: Uint8Array,
  at: number,
  { from, kind }: { readonly from: number; readonly kind: LineBreak },
): number {
  if (at === from) return at
  const returns = bytes[at - 2] === 0x0d
  if (returns !== (kind === 'CRLF')) refuseBytes('two kinds of line breaks', at - 1, at)
  return kind === 'CRLF' && at - 2 >= from ? at - 2 : at - 1
}
