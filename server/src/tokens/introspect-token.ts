import { hash } from 'node:crypto'
import { tokenKind } from '@stagedoor/core/token.ts'
import type { Database } from '#storage/database.ts'
import { presentedTokenFind } from '#storage/token-families.ts'

/** What is said of a token that works now. Instants are epoch milliseconds. */
export type Introspected = {
  readonly kind: 'api' | 'access' | 'refresh'
  readonly credentialId: string
  readonly tenantId: string
  readonly issuedAt: number
  readonly expiresAt: number | undefined
}

/** Undefined for every token that does not work at this moment, whatever the reason (RFC 7662 2.2). */
export async function introspectToken(
  { db, now }: { readonly db: Database; readonly now: () => number },
  text: string,
): Promise<Introspected | undefined> {
  if (tokenKind(text) === undefined) return undefined
  const token = await db.snapshot(undefined, (trx) => presentedTokenFind(trx, hash('sha256', text)))
  if (!token || token.deleted_at !== null || token.active !== 1) return undefined
  if (token.revoked_at !== null || token.rotated_at !== null || token.family_revoked_at !== null)
    return undefined
  const ends = [token.expires_at, token.family_expires_at].filter((end) => end !== null)
  const expiresAt = ends.length === 0 ? undefined : Math.min(...ends)
  if (expiresAt !== undefined && expiresAt <= now()) return undefined
  return {
    kind: token.kind,
    credentialId: token.credential_id,
    tenantId: token.tenant_id,
    issuedAt: token.issued_at,
    expiresAt,
  }
}
