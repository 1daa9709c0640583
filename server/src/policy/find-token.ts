import { putCredentialId, putTokenId, readWrittenIds, TOKEN_ID_FROM } from './binary-id.ts'
import type { KnownToken } from './known-token.ts'
import { AT, DIGEST_WORDS, FLAG, ROW_WORDS, readExpiry } from './row-layout.ts'
import { rowStart } from './rows.ts'
import type { TableParts } from './table-parts.ts'

/** Of SHA-256, in octets; one character each. */
const DIGEST_LENGTH = 32
const FIRST_OCTET = DIGEST_LENGTH - DIGEST_WORDS * 4

const sought = new Uint32Array(DIGEST_WORDS)

/** @param digest a character for each octet of SHA-256, as Node's encoding `binary` has it */
export function findToken(table: TableParts, digest: string): KnownToken | undefined {
  if (digest.length !== DIGEST_LENGTH) return undefined
  let seen = 0
  for (let word = 0; word < DIGEST_WORDS; word += 1) {
    const at = FIRST_OCTET + word * 4
    const first = digest.charCodeAt(at)
    const second = digest.charCodeAt(at + 1)
    const third = digest.charCodeAt(at + 2)
    const fourth = digest.charCodeAt(at + 3)
    seen |= first | second | third | fourth
    sought[word] = (first << 24) | (second << 16) | (third << 8) | fourth
  }
  if (seen > 0xff) return undefined
  const row = table.tokens.find(sought)
  if (row < 0) return undefined
  const known = table.views.get(row)
  if (known !== undefined) return known
  const view = readRow(table, row)
  table.views.keep(row, view)
  return view
}

function readRow({ rows, standings, revokedAt, odd }: TableParts, row: number): KnownToken {
  const piece = rows.pieceOf(row)
  const start = rowStart(row, ROW_WORDS)
  const flags = piece[start + AT.flags] ?? 0
  const owner = flags & FLAG.isFurther ? (piece[start + AT.credential] ?? 0) : row
  putCredentialId(rows.pieceOf(owner), rowStart(owner, ROW_WORDS) + AT.credential)
  putTokenId(piece, start + AT.tokenId)
  const ids = readWrittenIds()
  const { tenantId, active, allowedEndpoints } = standings.get(piece[start + AT.standing] ?? 0)
  return {
    token: {
      kind: 'issued',
      id: (flags & FLAG.hasOddTokenId ? odd.tokenIds.get(row) : undefined) ?? ids.slice(TOKEN_ID_FROM),
      expiresAt:
        (flags & FLAG.hasOddExpiry ? odd.expiries.get(row) : undefined) ??
        (flags & FLAG.expires ? readExpiry(piece[start + AT.expiry] ?? 0, flags) : undefined),
      revokedAt: flags & FLAG.isRevoked ? revokedAt.get(row) : undefined,
    },
    credential: {
      id:
        (odd.credentialIds.size > 0 ? odd.credentialIds.get(owner) : undefined) ??
        ids.slice(0, TOKEN_ID_FROM),
      tenantId,
      active,
      allowedEndpoints,
    },
  }
}
