/**
 * How many bytes the character that begins here has, 0 where it is no UTF-8 (RFC 3629): overlong forms, surrogates,
 * beyond U+10FFFF, cut short.
 */
export function utf8Length(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0xff
  if (first < 0x80) return 1
  const second = bytes[at + 1]
  if (first < 0xc2 || first > 0xf4 || second === undefined) return 0
  if (first < 0xe0) return isBetween(second, 0x80, 0xbf) ? 2 : 0
  if (first < 0xf0) {
    // E0 would be overlong below A0, ED a surrogate above 9F.
    const right = isBetween(second, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf)
    return right && isContinuation(bytes[at + 2]) ? 3 : 0
  }
  // F0 would be overlong below 90, F4 beyond U+10FFFF above 8F.
  const right = isBetween(second, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf)
  return right && isContinuation(bytes[at + 2]) && isContinuation(bytes[at + 3]) ? 4 : 0
}

/** The character at this place, of as many bytes as `utf8Length` has told. */
export function codePointAt(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] ?? 0
  if (length === 1) return first
  let code = first & (0xff >> (length + 1))
  for (let index = 1; index < length; index += 1) code = (code << 6) | ((bytes[at + index] ?? 0) & 0x3f)
  return code
}

/** These bytes as text, undefined where they are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
  const whole = bytes.subarray(0, end)
  let text = ''
  let at = start
  while (at < end) {
    const length = utf8Length(whole, at)
    if (length === 0) return undefined
    text += String.fromCodePoint(codePointAt(whole, at, length))
    at += length
  }
  return text
}

/** Text as UTF-8. Halves of surrogate pairs become U+FFFD, as in WHATWG Encoding. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) {
      bytes[at] = code
      at += 1
      continue
    }
    const following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
    bytes[at] = ((0xf00 >> (following + 1)) & 0xff) | (code >> (6 * following))
    for (let index = 1; index <= following; index += 1) {
      bytes[at + index] = 0x80 | ((code >> (6 * (following - index))) & 0x3f)
    }
    at += following + 1
  }
  return bytes.slice(0, at)
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && isBetween(byte, 0x80, 0xbf)
}

function isBetween(byte: number, low: number, high: number): boolean {
  return byte >= low && byte <= high
}
