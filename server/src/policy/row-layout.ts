/**
 * A row is a token, and, where it is the first of its credential, the credential too. These are the places of its 32-bit words;
 * what a look-up needs comes first. Of the digest the last 128 bits are kept: whoever could find a text that has those of a
 * token could as well guess the token. These numbers and the flags are in files too: see `packed-row.ts`.
 */
export const AT = {
  digest: 0,
  /** The number of the credential's standing. */
  standing: 4,
  /** The low 32 bits of when the token expires. */
  expiry: 5,
  /** Flags, and 16 more bits of when it expires. */
  flags: 6,
  tokenId: 7,
  /** The credential's id; in the row of a further token, the credential's row. */
  credential: 10,
} as const

export const DIGEST_WORDS = 4
export const ROW_WORDS = 13

export const FLAG = {
  hasToken: 1 << 16,
  expires: 1 << 17,
  /** At an instant that has no place in the row. */
  hasOddExpiry: 1 << 18,
  isRevoked: 1 << 19,
  /** The credential has further tokens. */
  hasNext: 1 << 20,
  /** The row of a further token. */
  isFurther: 1 << 21,
  hasOddTokenId: 1 << 22,
} as const

const LOW = 2 ** 32

/** Whether an instant has a place in a row. */
export function fitsRow(instant: number): boolean {
  return instant >= 0 && instant < LOW * 2 ** 16
}

/** What of the word of flags is a part of an instant that fits. */
export function highPart(instant: number): number {
  return Math.floor(instant / LOW)
}

export function readExpiry(low: number, flags: number): number {
  return (flags & 0xffff) * LOW + low
}
