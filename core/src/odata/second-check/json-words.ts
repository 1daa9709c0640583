import { decodeUtf8 } from './decode.ts'

/** A string of a JSON text, unescaped. Offsets are characters of the text. */
export type JsonString = {
  readonly text: string
  readonly at: readonly [number, number]
  /** It stands before a colon. */
  readonly isName: boolean
  /** The name before it, if it is a member's value or stands in a list that is one. */
  readonly of: string
}

const CHUNK = 4096

/**
 * Bytes as text. A character that lies across two chunks is read byte by byte: that loses no name. Bytes of zero are left
 * out: of a text in UTF-16 that leaves what it says in ASCII.
 */
export function textOfBytes(all: Uint8Array): string {
  const bytes = all.includes(0) ? all.filter((byte) => byte !== 0) : all
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const chunk = bytes.subarray(start, start + CHUNK)
    text += isAscii(chunk) ? Reflect.apply(String.fromCharCode, undefined, chunk) : decodeUtf8(chunk)
  }
  return text
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] ?? 0) >= 0x80) return false
  return true
}

/**
 * Finds every string of a JSON text, without regard to what stands between them. Whoever reads the text as JSON finds no
 * other ones; where it is none, a string that is not closed ends with its line.
 */
export function* jsonStrings(text: string): Generator<JsonString> {
  let of = ''
  let at = text.indexOf('"')
  while (at >= 0) {
    const end = endOfString(text, at + 1)
    const isName = isColon(text, end + 1)
    const content = unescape(text.slice(at + 1, end))
    yield { text: content, at: [at, end + 1], isName, of }
    if (isName) of = content
    at = text.indexOf('"', end + 1)
  }
}

function endOfString(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 0x22 || code === 0x0a) return at
    at += code === 0x5c ? 2 : 1
  }
  return text.length
}

function isColon(text: string, from: number): boolean {
  let at = from
  while (/\s/.test(text[at] ?? '')) at += 1
  return text[at] === ':'
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function unescape(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\(?:u([\da-f]{4})|([\s\S]))/gi, (_, unit: string | undefined, letter = '') =>
    unit === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(unit, 16)),
  )
}
