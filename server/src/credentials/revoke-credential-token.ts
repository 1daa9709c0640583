import { recordChange } from '#audit/record-change.ts'
import { credentialFindById } from '#storage/credentials.ts'
import { tokenFamilyRevoke } from '#storage/token-families.ts'
import { tokenFindOfCredential, tokenRevoke } from '#storage/tokens.ts'
import { type CredentialCommand, type Refused, refused, type UseCaseDeps } from './use-case.ts'

export type RevokeCredentialToken = CredentialCommand & { readonly tokenId: string }

export type TokenRevoked = { readonly outcome: 'revoked' }

/** Ends one token for good: of a refresh token its whole family. Ending what has ended changes nothing. */
export async function revokeCredentialToken(
  { db, now, randomBytes }: UseCaseDeps,
  { tenantId, credentialId, tokenId, actor, requestId }: RevokeCredentialToken,
): Promise<TokenRevoked | Refused> {
  return await db.inTenant(tenantId, async (trx) => {
    if (!(await credentialFindById(trx, { tenantId, id: credentialId }))) return refused('not_found')
    const token = await tokenFindOfCredential(trx, { credentialId, id: tokenId })
    if (!token) return refused('not_found')
    if (token.revoked_at !== null) return { outcome: 'revoked' }
    const revokedAt = now()
    const family = token.kind === 'refresh' ? token.family_id : null
    if (family === null) await tokenRevoke(trx, { id: token.id, revokedAt })
    else await tokenFamilyRevoke(trx, { id: family, revokedAt })
    await recordChange(trx, {
      actor,
      requestId,
      tenantId,
      credentialId,
      occurredAt: revokedAt,
      randomBytes,
      action: 'token_revoked',
      detail: { token: token.id, kind: token.kind, ...(family !== null && { family }) },
    })
    return { outcome: 'revoked' }
  })
}
