import { hash } from 'node:crypto'
import { tokenKind } from '@stagedoor/core/token.ts'
import { recordChange } from '#audit/record-change.ts'
import { presentedTokenFind, tokenFamilyRevoke } from '#storage/token-families.ts'
import { tokenRevoke } from '#storage/tokens.ts'
import type { Client, TokensDeps } from './deps.ts'
import { tenantOfToken } from './tenant-of-token.ts'

export type RevokeToken = {
  readonly token: string
  /** Who authenticated as a client; undefined: whoever holds the token may end it. */
  readonly client: Client | undefined
  readonly requestId: string
}

/**
 * Ends a token (RFC 7009): of a refresh token the whole family, with its access tokens. True where something has changed.
 * Unknown, ended and foreign tokens change nothing, and the answer to the caller is the same.
 */
export async function revokeToken(
  { db, now, randomBytes }: Pick<TokensDeps, 'db' | 'now' | 'randomBytes'>,
  { token: text, client, requestId }: RevokeToken,
): Promise<boolean> {
  const kind = tokenKind(text)
  if (kind === undefined) return false
  const digest = hash('sha256', text)
  const tenantId = await tenantOfToken(db, digest)
  if (tenantId === undefined) return false
  return await db.inTenant(tenantId, async (trx) => {
    const token = await presentedTokenFind(trx, digest)
    if (!token || token.deleted_at !== null) return false
    if (client && client.credentialId !== token.credential_id) return false
    const revokedAt = now()
    if (kind === 'refresh') {
      if (token.family_id === null || token.family_revoked_at !== null) return false
      await tokenFamilyRevoke(trx, { id: token.family_id, revokedAt })
    } else if (!(await tokenRevoke(trx, { id: token.id, revokedAt }))) return false
    await recordChange(trx, {
      actor: client ? `credential ${client.credentialId}` : 'holder of the token',
      requestId,
      tenantId,
      credentialId: token.credential_id,
      occurredAt: revokedAt,
      randomBytes,
      action: 'token_revoked',
      detail: { token: token.id, kind, ...(kind === 'refresh' && { family: token.family_id }) },
    })
    return true
  })
}
