import { addFurther, clearTokens } from './apply-record.ts'
import { ID_WORDS } from './binary-id.ts'
import { beginsCredential, copyCredentialId, PACKED, PACKED_FLAGS, PACKED_WORDS } from './packed-row.ts'
import { AT, DIGEST_WORDS, FLAG, ROW_WORDS, readExpiry } from './row-layout.ts'
import { rowStart } from './rows.ts'
import type { TableParts } from './table-parts.ts'

export type PackedRows = {
  /** As `packed-row.ts` writes them. */
  readonly words: Uint32Array
  /** The first word, and the one behind the last. */
  readonly from: number
  readonly to: number
  /** Numbers of standings by the numbers that the rows have for them. */
  readonly standings: readonly number[]
}

const id = new Uint32Array(ID_WORDS)
const digest = new Uint32Array(DIGEST_WORDS)

/** Does for rows what `applyRecord` does for records, in their order. False where one of them cannot be one. */
export function insertRows(table: TableParts, { words, from, to, standings }: PackedRows): boolean {
  let first = -1
  let last = -1
  let standing = -1
  let approached = from
  for (let at = from; at < to; at += PACKED_WORDS) {
    if (at === approached) approached = approach(table, words, at, to)
    const flags = words[at + AT.flags] ?? 0
    if ((flags & ~PACKED_FLAGS) !== 0) return false
    if (beginsCredential(flags)) {
      standing = standings[words[at + AT.standing] ?? 0] ?? -1
      if (standing < 0) return false
      table.standings.retain(standing)
      copyCredentialId(words, at, id)
      first = enterCredential(table)
      last = first
    } else {
      // Only a token follows on a token.
      if (last < 0 || (flags & FLAG.hasToken) === 0) return false
      last = addFurther(table, { first, last, standing })
    }
    copyToken(table, { words, at, row: last, standing })
    if ((flags & FLAG.hasToken) === 0) last = -1
  }
  return true
}

/** Rows that are looked at before the first of them is entered. */
const APPROACHED = 64 * PACKED_WORDS

/** Answers how far it has come. */
function approach({ tokens, credentials }: TableParts, words: Uint32Array, from: number, to: number): number {
  const until = Math.min(from + APPROACHED, to)
  for (let at = from; at < until; at += PACKED_WORDS) {
    credentials.approach(words, at + AT.credential)
    tokens.approach(words, at + AT.digest)
  }
  return until
}

/** The first row of the credential whose id was read last, without any tokens. */
function enterCredential(table: TableParts): number {
  const { rows, credentials } = table
  const known = credentials.find(id)
  if (known >= 0) {
    clearTokens(table, known)
    return known
  }
  const row = rows.add()
  const piece = rows.pieceOf(row)
  const start = rowStart(row, ROW_WORDS) + AT.credential
  for (let word = 0; word < ID_WORDS; word += 1) piece[start + word] = id[word] ?? 0
  credentials.putNew(id, row)
  table.count += 1
  return row
}

type Copied = {
  readonly words: Uint32Array
  readonly at: number
  readonly row: number
  readonly standing: number
}

/** Everything of a row but the credential's id. */
function copyToken({ rows, tokens, revokedAt }: TableParts, { words, at, row, standing }: Copied): void {
  const piece = rows.pieceOf(row)
  const start = rowStart(row, ROW_WORDS)
  for (let word = 0; word < AT.credential; word += 1) piece[start + word] = words[at + word] ?? 0
  piece[start + AT.standing] = standing
  const flags = words[at + AT.flags] ?? 0
  if (flags & FLAG.isRevoked) {
    const instant = at + PACKED.revokedAt
    revokedAt.set(row, readExpiry(words[instant] ?? 0, words[instant + 1] ?? 0))
  }
  if ((flags & FLAG.hasToken) === 0) return
  for (let word = 0; word < DIGEST_WORDS; word += 1) digest[word] = words[at + AT.digest + word] ?? 0
  tokens.put(digest, row)
}
