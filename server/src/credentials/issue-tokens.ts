import type { OAuthSettings } from '@stagedoor/core/oauth-settings.ts'
import { recordChange } from '#audit/record-change.ts'
import { credentialFindById, credentialUpdate } from '#storage/credentials.ts'
import { tokenReuseClear } from '#storage/token-families.ts'
import { tokenEndLater, tokenRevokeByCredential, tokenRevokeExpired } from '#storage/tokens.ts'
import { type CredentialView, loadView } from './credential-view.ts'
import { issueFirstTokens, type Secrets } from './mint-tokens.ts'
import {
  type CredentialCommand,
  type ExpectedVersion,
  isExpected,
  type Refused,
  refused,
  type UseCaseDeps,
} from './use-case.ts'

export type IssueTokens = CredentialCommand & {
  readonly expected: ExpectedVersion
  readonly settings: OAuthSettings
  /** For so long the present API tokens go on working. Refused for OAuth, whose tokens end soon anyway. */
  readonly overlapMs: number
}

export type Issued = {
  readonly outcome: 'issued'
  readonly credential: CredentialView
  /** To be shown once. */
  readonly secrets: Secrets
}

/**
 * Issues new tokens in place of all that the credential has: those are revoked in the same transaction, or end after the
 * overlap.
 */
export async function issueTokens(deps: UseCaseDeps, command: IssueTokens): Promise<Issued | Refused> {
  const { tenantId, credentialId, expected, settings, overlapMs, actor, requestId } = command
  const { now, randomBytes } = deps
  return await deps.db.inTenant(tenantId, async (trx) => {
    const row = await credentialFindById(trx, { tenantId, id: credentialId })
    if (!row) return refused('not_found')
    if (!isExpected(expected, row.version)) return refused('version_mismatch')
    const at = now()
    if (overlapMs > 0 && row.authentication_method !== 'api_token') return refused('overlap_not_available')
    if (overlapMs > 0) {
      // Of earlier overlaps: nobody needs to see them any longer.
      await tokenRevokeExpired(trx, { credentialId, revokedAt: at })
      await tokenEndLater(trx, { credentialId, expiresAt: at + overlapMs })
    } else await tokenRevokeByCredential(trx, { credentialId, revokedAt: at })
    await tokenReuseClear(trx, credentialId)
    const { secrets, rows } = await issueFirstTokens(trx, {
      method: row.authentication_method,
      credentialId,
      settings,
      issuedAt: at,
      randomBytes,
    })
    await credentialUpdate(trx, credentialId, { updated_at: at })
    await recordChange(trx, {
      actor,
      requestId,
      tenantId,
      credentialId,
      occurredAt: at,
      randomBytes,
      action: 'tokens_issued',
      detail: { tokens: rows.map(({ id, kind }) => ({ id, kind })), ...(overlapMs > 0 && { overlapMs }) },
    })
    const credential = await loadView(trx, { tenantId, credentialId })
    if (!credential) throw new Error('a credential is not there right after its tokens were issued')
    return { outcome: 'issued', credential, secrets }
  })
}
