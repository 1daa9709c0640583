/** What a token is for. The kind stands in its prefix, so that people and secret scanners can tell. */
export type TokenKind = 'api' | 'access' | 'refresh'

const PREFIXES = { api: 'sd_api_', access: 'sd_acc_', refresh: 'sd_ref_' } as const satisfies Record<
  TokenKind,
  string
>

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_LENGTH = 32
const CHECKSUM_LENGTH = 6
const PATTERN = /^sd_(?:api|acc|ref)_[0-9A-Za-z]{38}$/

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

/** The kind of a well-formed token, or undefined. Tells nothing about whether it was ever issued. */
export function tokenKind(text: string): TokenKind | undefined {
  if (!PATTERN.test(text)) return undefined
  const body = text.slice(0, -CHECKSUM_LENGTH)
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return undefined
  if (body.startsWith(PREFIXES.api)) return 'api'
  return body.startsWith(PREFIXES.access) ? 'access' : 'refresh'
}

/** The part of a token that may be shown again, so that an operator recognises it: prefix and last four. */
export function tokenHint(text: string): string {
  return `${text.slice(0, 7)}…${text.slice(-4)}`
}

function checksum(text: string): string {
  let rest = crc32(text)
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

/** CRC-32 of ISO-HDLC, as zlib computes it, over ASCII text. */
function crc32(text: string): number {
  let crc = 0xffffffff
  for (let at = 0; at < text.length; at += 1) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ text.charCodeAt(at)) & 0xff] ?? 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
