/**
 * Decodes percent-encoding as generously as anybody may: `%41`, `%u0041`, and what is broken stays as it is. It may come
 * to other characters than a strict reader, never to fewer names.
 */
export function decodePercent(text: string): string {
  let at = text.indexOf('%')
  if (at < 0) return text
  let decoded = text.slice(0, at)
  while (at < text.length) {
    const { letters, end } = decodeRun(text, at)
    const next = text.indexOf('%', end)
    decoded += letters + text.slice(end, next < 0 ? text.length : next)
    if (next < 0) break
    at = next
  }
  return decoded
}

type Run = { readonly letters: string; readonly end: number }

/** What stands encoded from here on, without a break. */
function decodeRun(text: string, start: number): Run {
  const unit = (text.charCodeAt(start + 1) | 0x20) === 0x75 ? hex(text, start + 2, 4) : -1
  if (unit >= 0) return { letters: String.fromCharCode(unit), end: start + 6 }
  const first = hex(text, start + 1, 2)
  if (first < 0) return { letters: '%', end: start + 1 }
  if (first < 0x80) return { letters: String.fromCharCode(first), end: start + 3 }
  const bytes: number[] = []
  let at = start
  for (let byte = first; byte >= 0; byte = text[at] === '%' ? hex(text, at + 1, 2) : -1) {
    bytes.push(byte)
    at += 3
  }
  return { letters: decodeUtf8(bytes), end: at }
}

/** Reads UTF-8; a byte that does not fit stands for the character of its number, as in ISO 8859-1. */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const first = bytes[at] ?? 0
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    let point = length === 1 ? first : first & (0xff >> (length + 1))
    let read = 1
    while (read < length && ((bytes[at + read] ?? 0) & 0xc0) === 0x80) {
      point = point * 64 + ((bytes[at + read] ?? 0) & 0x3f)
      read += 1
    }
    if (read < length || point > 0x10ffff) {
      point = first
      read = 1
    }
    text += String.fromCodePoint(point)
    at += read
  }
  return text
}

/** An address without its origin, and without the path of the service: their words are no names of the model. */
export function withoutRoot(address: string, mount: string): string {
  const origin = /^\s*[a-z][a-z\d+.-]*:\/\/[^/]*/i.exec(address)?.[0] ?? ''
  const path = address.slice(origin.length)
  return path.startsWith(`${mount}/`) ? path.slice(mount.length) : path
}

/** Takes letters for what they look like: full width, ligatures, invisible characters between them. */
export function plainLetters(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text
  return text.normalize('NFKC').replaceAll(/\p{Cf}|\p{Mn}/gu, '')
}

/** The number that so many digits are; -1 where they are none. */
function hex(text: string, start: number, length: number): number {
  let value = 0
  for (let at = start; at < start + length; at += 1) {
    const code = text.charCodeAt(at)
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57
    if (!(digit >= 0 && digit <= 15) || (code > 0x39 && digit < 10)) return -1
    value = value * 16 + digit
  }
  return value
}
