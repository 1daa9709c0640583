import { utf8Length } from './utf8.ts'

/** The place behind what was scanned, or why it is none. */
export type Scanned = number | { readonly problem: string; readonly at: number }

/** A string from its opening quote on (RFC 8259 7): the place behind the closing quote. */
export function scanString(bytes: Uint8Array, from: number): Scanned {
  let at = from + 1
  for (;;) {
    const byte = bytes[at]
    if (byte === undefined) return { problem: 'a string that does not end', at }
    if (byte === 0x22) return at + 1
    if (byte < 0x20) return { problem: 'a control character in a string', at }
    if (byte === 0x5c) {
      const length = escapeLength(bytes, at)
      if (length === 0) return { problem: 'an escape that JSON does not have', at }
      at += length
    } else if (byte < 0x80) {
      at += 1
    } else {
      const length = utf8Length(bytes, at)
      if (length === 0) return { problem: 'invalid UTF-8', at }
      at += length
    }
  }
}

/** A number (RFC 8259 6): the place behind it. */
export function scanNumber(bytes: Uint8Array, from: number): Scanned {
  let at = bytes[from] === 0x2d ? from + 1 : from
  const whole = bytes[at] === 0x30 ? at + 1 : skipDigits(bytes, at)
  if (whole === at) return { problem: at === from ? 'a value was expected' : 'a digit was expected', at }
  at = whole
  if (bytes[at] === 0x2e) {
    const fraction = skipDigits(bytes, at + 1)
    if (fraction === at + 1) return { problem: 'a digit was expected', at: fraction }
    at = fraction
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const signed = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d
    const digits = signed ? at + 2 : at + 1
    const exponent = skipDigits(bytes, digits)
    if (exponent === digits) return { problem: 'a digit was expected', at: digits }
    at = exponent
  }
  return at
}

/** `true`, `false` or `null`: the place behind it. */
export function scanLiteral(bytes: Uint8Array, from: number, literal: string): Scanned {
  for (let index = 0; index < literal.length; index += 1) {
    if (bytes[from + index] !== literal.charCodeAt(index))
      return { problem: 'a value was expected', at: from }
  }
  return from + literal.length
}

/** How long the escape at this backslash is, 0 where JSON has none of the kind. */
function escapeLength(bytes: Uint8Array, at: number): number {
  const byte = bytes[at + 1]
  if (byte === 0x75) {
    for (let index = at + 2; index < at + 6; index += 1) if (!isHex(bytes[index])) return 0
    return 6
  }
  // " \ / b f n r t
  const simple =
    byte === 0x22 ||
    byte === 0x5c ||
    byte === 0x2f ||
    byte === 0x62 ||
    byte === 0x66 ||
    byte === 0x6e ||
    byte === 0x72 ||
    byte === 0x74
  return simple ? 2 : 0
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    const byte = bytes[at]
    if (byte === undefined || byte < 0x30 || byte > 0x39) return at
    at += 1
  }
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}
