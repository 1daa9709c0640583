import { decodeUtf8, encodeUtf8 } from '#odata/json/utf8.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Text as UTF-8 in base64url without padding (RFC 4648 5). */
export function toBase64Url(text: string): string {
  const bytes = encodeUtf8(text)
  let encoded = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const digits = left > 2 ? 4 : left + 1
    for (let digit = 0; digit < digits; digit += 1)
      encoded += ALPHABET.charAt((bits >> (18 - digit * 6)) & 63)
  }
  return encoded
}

/** The text of base64url, undefined for anything that `toBase64Url` does not write. */
export function fromBase64Url(encoded: string): string | undefined {
  const bytes = new Uint8Array(encoded.length)
  let length = 0
  let bits = 0
  let held = 0
  for (const character of encoded) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return undefined
    bits = ((bits << 6) | digit) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[length] = (bits >> held) & 0xff
    length += 1
  }
  const text = decodeUtf8(bytes, 0, length)
  // One text, one spelling: bits left over and a lone digit would be a second one.
  return text !== undefined && toBase64Url(text) === encoded ? text : undefined
}
