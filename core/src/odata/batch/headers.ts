import { type LineBreak, lineAt, lineText, type Range, refuseBytes } from './lines.ts'

/** Names in lower case. */
export type Headers = ReadonlyMap<string, string>

export type HeaderBlock = {
  readonly headers: Headers
  /** Where what stands behind the blank line begins. */
  readonly next: number
}

/**
 * Reads header lines up to a blank one, or to the end. Folded lines, names that come twice, and blanks around a name
 * are refused: readers take them differently.
 */
export function readHeaders(bytes: Uint8Array, range: Range, kind: LineBreak): HeaderBlock {
  const headers = new Map<string, string>()
  let at = range.start
  while (at < range.end) {
    const line = lineAt(bytes, at, kind, range.end)
    at = line.next
    if (line.end === line.start) break
    const text = lineText(bytes, line)
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/.exec(text)
    if (!match) refuseBytes('a line that is no header', line.start, line.end)
    const [, name = '', value = ''] = match
    addHeader(headers, { name, value }, line)
  }
  return { headers, next: at }
}

/** Adds a header, unless there is one of the name. */
export function addHeader(
  headers: Map<string, string>,
  { name, value }: { readonly name: string; readonly value: string },
  where: Range,
): void {
  const folded = name.toLowerCase()
  if (headers.has(folded)) refuseBytes(`the header "${folded}" stands here twice`, where.start, where.end)
  headers.set(folded, withoutBlanks(value))
}

/** By hand: a regular expression that looks for blanks at the end tries every run of blanks on the way, each to its end. */
function withoutBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** A header line, its name in the usual capitals: there are readers who compare letters. */
export function writeHeader(name: string, value: string): string {
  const capital = name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
  return `${capital.replace(/^Odata/, 'OData').replace('Etag', 'ETag')}: ${value}\r\n`
}
