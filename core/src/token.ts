/** What a token is for. The kind stands in its prefix, so that people and secret scanners can tell. */
export type TokenKind = 'api' | 'access' | 'refresh'

const PREFIXES = { api: 'sd_api_', access: 'sd_acc_', refresh: 'sd_ref_' } as const satisfies Record<
  TokenKind,
  string
>

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_LENGTH = 32
const CHECKSUM_LENGTH = 6
const PREFIX_LENGTH = 7
const CHECKSUM_AT = PREFIX_LENGTH + SECRET_LENGTH
const TOKEN_LENGTH = CHECKSUM_AT + CHECKSUM_LENGTH
const NO_DIGIT = 255
/** Of characters, as digits of base 62. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = BASE62.indexOf(String.fromCharCode(code))
  return value < 0 ? NO_DIGIT : value
})

/** Fills an array of this many random octets. */
export type RandomBytes = (count: number) => Uint8Array

/**
 * A new token: prefix, 32 base62 characters (190 bits; RFC 6749 10.10 asks for 160), CRC-32 in 6 more.
 * Octets of 248 and above are thrown away, so that every character is equally likely.
 */
export function mintToken(kind: TokenKind, randomBytes: RandomBytes): string {
  let secret = ''
  while (secret.length < SECRET_LENGTH) {
    for (const octet of randomBytes(48)) {
      if (octet < 248 && secret.length < SECRET_LENGTH) secret += BASE62.charAt(octet % 62)
    }
  }
  return PREFIXES[kind] + secret + checksum(PREFIXES[kind] + secret)
}

/**
 * The kind of a well-formed token, or undefined. Tells nothing about whether it was ever issued. What comes without being one
 * comes in floods: this looks at the length first, at each character once, and makes nothing.
 */
export function tokenKind(text: string): TokenKind | undefined {
  if (text.length !== TOKEN_LENGTH) return undefined
  const kind = kindOfPrefix(text)
  if (kind === undefined) return undefined
  let crc = CRC_OF[kind]
  for (let at = PREFIX_LENGTH; at < CHECKSUM_AT; at += 1) {
    const code = text.charCodeAt(at)
    if ((VALUES[code] ?? NO_DIGIT) === NO_DIGIT) return undefined
    crc = addToCrc(crc, code)
  }
  let sum = 0
  for (let at = CHECKSUM_AT; at < TOKEN_LENGTH; at += 1) {
    const value = VALUES[text.charCodeAt(at)] ?? NO_DIGIT
    if (value === NO_DIGIT) return undefined
    sum = sum * 62 + value
  }
  return sum === endCrc(crc) ? kind : undefined
}

function kindOfPrefix(text: string): TokenKind | undefined {
  if (text.startsWith(PREFIXES.api)) return 'api'
  if (text.startsWith(PREFIXES.access)) return 'access'
  return text.startsWith(PREFIXES.refresh) ? 'refresh' : undefined
}

/** The part of a token that may be shown again, so that an operator recognises it: prefix and last four. */
export function tokenHint(text: string): string {
  return `${text.slice(0, 7)}…${text.slice(-4)}`
}

function checksum(text: string): string {
  let rest = endCrc(crcOf(text))
  let digits = ''
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    digits = BASE62.charAt(rest % 62) + digits
    rest = (rest - (rest % 62)) / 62
  }
  return digits
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 of ISO-HDLC, as zlib computes it, over ASCII text; until `endCrc`, in the form in which more can be added. */
function crcOf(text: string): number {
  let crc = 0xffffffff
  for (let at = 0; at < text.length; at += 1) crc = addToCrc(crc, text.charCodeAt(at))
  return crc
}

function addToCrc(crc: number, code: number): number {
  return (crc >>> 8) ^ (CRC_TABLE[(crc ^ code) & 0xff] ?? 0)
}

function endCrc(crc: number): number {
  return (crc ^ 0xffffffff) >>> 0
}

/** Of the prefixes: every token begins with one of them. */
const CRC_OF = {
  api: crcOf(PREFIXES.api),
  access: crcOf(PREFIXES.access),
  refresh: crcOf(PREFIXES.refresh),
} as const satisfies Record<TokenKind, number>
