import type { PolicyRecord, PolicyToken } from '@stagedoor/core/policy-record.ts'
import { ID_WORDS, readHex, readId } from './binary-id.ts'
import { AT, DIGEST_WORDS, FLAG, fitsRow, highPart, ROW_WORDS } from './row-layout.ts'
import { rowStart } from './rows.ts'
import type { TableParts } from './table-parts.ts'

const id = new Uint32Array(ID_WORDS)
const digest = new Uint32Array(DIGEST_WORDS)
/** Of hex digits: SHA-256 in full, and what a row has of it. */
const DIGEST_LENGTH = 64
const whole = new Uint32Array(DIGEST_LENGTH / 8)

/** Replaces what is known of a credential and its tokens. Of a digest that others have too, it is the last one. */
export function applyRecord(table: TableParts, record: PolicyRecord): void {
  const standing = table.standings.take(record)
  const known = findCredential(table, record.id)
  const first = known < 0 ? addCredential(table, record.id) : known
  if (known >= 0) clearTokens(table, first)
  const piece = table.rows.pieceOf(first)
  piece[rowStart(first, ROW_WORDS) + AT.standing] = standing
  let last = -1
  for (const token of record.tokens) {
    // No text has a digest that is none.
    if (!readDigest(token.digest)) continue
    const row = last < 0 ? first : addFurther(table, { first, last, standing })
    writeToken(table, row, token)
    table.tokens.put(digest, row)
    last = row
  }
}

/** The first row; -1 for a credential that nobody has told of. Leaves the words of its id in `id` where it has the usual form. */
function findCredential({ credentials, odd }: TableParts, text: string): number {
  return readId(text, 'cred_', id, 0) ? credentials.find(id) : (odd.credentials.get(text) ?? -1)
}

function addCredential(table: TableParts, text: string): number {
  const { rows, credentials, odd } = table
  const row = rows.add()
  const piece = rows.pieceOf(row)
  const start = rowStart(row, ROW_WORDS)
  table.count += 1
  if (readId(text, 'cred_', id, 0)) {
    piece.set(id, start + AT.credential)
    credentials.put(id, row)
  } else {
    odd.credentials.set(text, row)
    odd.credentialIds.set(row, text)
  }
  return row
}

/** Takes the credential's tokens out of all indexes, before anything of them is written over. */
export function clearTokens(table: TableParts, first: number): void {
  const { rows, tokens, standings, next } = table
  let row = first
  for (;;) {
    const piece = rows.pieceOf(row)
    const start = rowStart(row, ROW_WORDS)
    const flags = piece[start + AT.flags] ?? 0
    if (row === first) standings.release(piece[start + AT.standing] ?? 0)
    if (flags & FLAG.hasToken) {
      for (let word = 0; word < DIGEST_WORDS; word += 1) digest[word] = piece[start + AT.digest + word] ?? 0
      // Whosever it is by now.
      tokens.remove(digest)
    }
    const following = flags & FLAG.hasNext ? next.get(row) : -1
    clearRow(table, row, flags)
    if (row !== first) rows.remove(row)
    if (following < 0) return
    row = following
  }
}

function clearRow({ rows, views, odd }: TableParts, row: number, flags: number): void {
  views.drop(row)
  if (flags & FLAG.hasOddTokenId) odd.tokenIds.delete(row)
  if (flags & FLAG.hasOddExpiry) odd.expiries.delete(row)
  const start = rowStart(row, ROW_WORDS)
  rows.pieceOf(row).fill(0, start, start + AT.credential)
}

type After = { readonly first: number; readonly last: number; readonly standing: number }

/** A row for one more token, behind the last one. */
export function addFurther({ rows, next }: TableParts, { first, last, standing }: After): number {
  const row = rows.add()
  const start = rowStart(row, ROW_WORDS)
  const piece = rows.pieceOf(row)
  piece[start + AT.standing] = standing
  piece[start + AT.flags] = FLAG.isFurther
  piece[start + AT.credential] = first
  next.set(last, row)
  const lastFlags = rowStart(last, ROW_WORDS) + AT.flags
  const lastPiece = rows.pieceOf(last)
  lastPiece[lastFlags] = (lastPiece[lastFlags] ?? 0) | FLAG.hasNext
  return row
}

function readDigest(text: string): boolean {
  if (text.length !== DIGEST_LENGTH || !readHex(text, 0, whole, 0, whole.length)) return false
  for (let word = 0; word < DIGEST_WORDS; word += 1)
    digest[word] = whole[whole.length - DIGEST_WORDS + word] ?? 0
  return true
}

/** The digest is that which was read last. */
function writeToken({ rows, revokedAt, odd }: TableParts, row: number, token: PolicyToken): void {
  const piece = rows.pieceOf(row)
  const start = rowStart(row, ROW_WORDS)
  let flags = (piece[start + AT.flags] ?? 0) | FLAG.hasToken
  piece.set(digest, start + AT.digest)
  if (!readId(token.id, 'tok_', piece, start + AT.tokenId)) {
    flags |= FLAG.hasOddTokenId
    odd.tokenIds.set(row, token.id)
  }
  if (token.revokedAt !== undefined) {
    flags |= FLAG.isRevoked
    revokedAt.set(row, token.revokedAt)
  }
  if (token.expiresAt !== undefined) {
    if (fitsRow(token.expiresAt)) {
      flags |= FLAG.expires | highPart(token.expiresAt)
      piece[start + AT.expiry] = token.expiresAt
    } else {
      flags |= FLAG.hasOddExpiry
      odd.expiries.set(row, token.expiresAt)
    }
  }
  piece[start + AT.flags] = flags
}
