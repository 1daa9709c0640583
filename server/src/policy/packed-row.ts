import type { PolicyRecord, PolicyToken } from '@stagedoor/core/policy-record.ts'
import { ID_WORDS, readHex, readId } from './binary-id.ts'
import { AT, DIGEST_WORDS, FLAG, fitsRow, highPart, ROW_WORDS } from './row-layout.ts'

/**
 * A row as files have it: the words of a row in the table, then these. In the place of the standing's number stands the number
 * that the file gives it. All of this is in files: whoever changes a number here or in `row-layout.ts` gives the file another
 * format.
 */
export const PACKED = {
  /** Of the credential to the digest of everything; zero in the row of a further token. */
  contribution: ROW_WORDS,
  /** 48 bits, the low ones first. */
  revokedAt: ROW_WORDS + 4,
} as const

export const PACKED_WORDS = ROW_WORDS + 6

/** In files alone: a credential that is not of the usual form, and stands elsewhere. */
export const STANDS_ELSEWHERE = 1 << 23

/** All that a row of a file may say. */
export const PACKED_FLAGS = 0xffff | FLAG.hasToken | FLAG.expires | FLAG.isRevoked | FLAG.isFurther

/** A credential with more tokens is not of the usual form. */
export const PACKED_ROWS_MAX = 64

const DIGEST_LENGTH = 64
const digest = new Uint32Array(DIGEST_LENGTH / 8)

/**
 * Writes a credential and its tokens as rows, one behind the other. Answers how many; 0 where the credential is not of the
 * usual form, and then what is written is of no use. There must be room for `PACKED_ROWS_MAX`.
 */
export function packRecord(
  { id, tokens }: PolicyRecord,
  { words, at, standing }: { readonly words: Uint32Array; readonly at: number; readonly standing: number },
): number {
  const count = Math.max(tokens.length, 1)
  if (count > PACKED_ROWS_MAX) return 0
  words.fill(0, at, at + count * PACKED_WORDS)
  if (!readId(id, 'cred_', words, at + AT.credential)) return 0
  words[at + AT.standing] = standing
  let row = at
  for (const token of tokens) {
    if (!packToken(token, words, row)) return 0
    if (row !== at) words[row + AT.flags] = (words[row + AT.flags] ?? 0) | FLAG.isFurther
    row += PACKED_WORDS
  }
  return count
}

function packToken({ id, digest: hex, expiresAt, revokedAt }: PolicyToken, words: Uint32Array, at: number) {
  if (hex.length !== DIGEST_LENGTH || !readHex(hex, 0, digest, 0, digest.length)) return false
  for (let word = 0; word < DIGEST_WORDS; word += 1)
    words[at + AT.digest + word] = digest[digest.length - DIGEST_WORDS + word] ?? 0
  if (!readId(id, 'tok_', words, at + AT.tokenId)) return false
  let flags: number = FLAG.hasToken
  if (expiresAt !== undefined) {
    if (!isUsual(expiresAt)) return false
    flags |= FLAG.expires | highPart(expiresAt)
    words[at + AT.expiry] = expiresAt
  }
  if (revokedAt !== undefined) {
    if (!isUsual(revokedAt)) return false
    flags |= FLAG.isRevoked
    words[at + PACKED.revokedAt] = revokedAt
    words[at + PACKED.revokedAt + 1] = highPart(revokedAt)
  }
  words[at + AT.flags] = flags
  return true
}

function isUsual(instant: number): boolean {
  return Number.isSafeInteger(instant) && fitsRow(instant)
}

/** Whether this is the first row of a credential, and not that of one of its further tokens. */
export function beginsCredential(flags: number): boolean {
  return (flags & FLAG.isFurther) === 0
}

/** The words of a credential's id within a row of a file. */
export function copyCredentialId(rows: Uint32Array, at: number, words: Uint32Array): void {
  for (let word = 0; word < ID_WORDS; word += 1) words[word] = rows[at + AT.credential + word] ?? 0
}
