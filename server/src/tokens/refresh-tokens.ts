import { hash } from 'node:crypto'
import { tokenKind } from '@stagedoor/core/token.ts'
import { recordChange } from '#audit/record-change.ts'
import { mintPair, type SecretPair } from '#credentials/mint-tokens.ts'
import type { Queries } from '#storage/database.ts'
import {
  type PresentedTokenRow,
  presentedTokenFind,
  tokenDeleteEnded,
  tokenFamilyGeneration,
  tokenFamilyRevoke,
  tokenRotate,
} from '#storage/token-families.ts'
import { tokenInsertAll } from '#storage/tokens.ts'
import { type Client, ENDED_KEPT_MS, type TokensDeps } from './deps.ts'
import { tenantOfToken } from './tenant-of-token.ts'

export type RefreshTokens = {
  readonly refreshToken: string
  /** Who authenticated as a client; undefined where nobody did. */
  readonly client: Client | undefined
  readonly requestId: string
}

export type Refreshed =
  | { readonly outcome: 'refreshed'; readonly pair: SecretPair; readonly credentialId: string }
  /** `changed`: the family was revoked, which the data plane has to learn. */
  | { readonly outcome: 'refused'; readonly changed: boolean }

const REFUSED = { outcome: 'refused', changed: false } as const

type Family = PresentedTokenRow & {
  readonly family_id: string
  readonly family_expires_at: number
  readonly generation: number
}

/**
 * Exchanges a refresh token for the next pair (RFC 6749 6). Of many at once one wins; the others are refused and nothing
 * else happens within the reuse interval. A token that was used before that, or is of an older generation, is taken for
 * stolen: its family ends (RFC 9700 4.14.2).
 */
export async function refreshTokens(deps: TokensDeps, command: RefreshTokens): Promise<Refreshed> {
  if (tokenKind(command.refreshToken) !== 'refresh') return REFUSED
  const digest = hash('sha256', command.refreshToken)
  const tenantId = await tenantOfToken(deps.db, digest)
  if (tenantId === undefined) return REFUSED
  return await deps.db.inTenant(tenantId, async (trx) => {
    const token = await presentedTokenFind(trx, digest)
    if (!token || !isFamily(token)) return REFUSED
    if (command.client && command.client.credentialId !== token.credential_id) {
      await recordForeign(deps, trx, { token, requestId: command.requestId, client: command.client })
      return REFUSED
    }
    const now = deps.now()
    const dead = token.deleted_at !== null || token.family_revoked_at !== null || token.revoked_at !== null
    if (dead || token.family_expires_at <= now) return REFUSED
    const settings = deps.settingsOf(token.tenant_id)
    if (token.rotated_at !== null) {
      const newest = await tokenFamilyGeneration(trx, token.family_id)
      const isRace = newest === token.generation + 1 && now - token.rotated_at < settings.reuseIntervalMs
      if (isRace) return REFUSED
      await endFamily(deps, trx, { token, requestId: command.requestId })
      return { outcome: 'refused', changed: true }
    }
    // Only now: a stolen token is noticed also while the credential rests.
    if (token.active !== 1 || (token.expires_at ?? 0) <= now) return REFUSED
    if (!(await tokenRotate(trx, { id: token.id, rotatedAt: now }))) return REFUSED
    return await issueNext(deps, trx, { token, requestId: command.requestId })
  })
}

/** Tokens from before there were families have one since the migration; an access token has one too. */
function isFamily(token: PresentedTokenRow): token is Family {
  return (
    token.kind === 'refresh' &&
    token.family_id !== null &&
    token.family_expires_at !== null &&
    token.generation !== null
  )
}

type Found = { readonly token: Family; readonly requestId: string }

async function issueNext(
  { now, randomBytes, settingsOf }: TokensDeps,
  trx: Queries,
  { token, requestId }: Found,
): Promise<Refreshed> {
  const at = now()
  const credentialId = token.credential_id
  const { pair, rows } = mintPair({
    credentialId,
    issuedAt: at,
    randomBytes,
    settings: settingsOf(token.tenant_id),
    familyId: token.family_id,
    familyExpiresAt: token.family_expires_at,
    generation: token.generation + 1,
  })
  await tokenDeleteEnded(trx, { credentialId, until: at - ENDED_KEPT_MS })
  await tokenInsertAll(trx, rows)
  await recordChange(trx, {
    actor: `credential ${credentialId}`,
    requestId,
    tenantId: token.tenant_id,
    credentialId,
    occurredAt: at,
    randomBytes,
    action: 'tokens_refreshed',
    detail: { family: token.family_id, generation: token.generation + 1 },
  })
  return { outcome: 'refreshed', pair, credentialId }
}

async function endFamily(
  { now, randomBytes }: TokensDeps,
  trx: Queries,
  { token, requestId }: Found,
): Promise<void> {
  const at = now()
  await tokenFamilyRevoke(trx, { id: token.family_id, revokedAt: at, reused: true })
  await recordChange(trx, {
    actor: 'holder of a refresh token that was used before',
    requestId,
    tenantId: token.tenant_id,
    credentialId: token.credential_id,
    occurredAt: at,
    randomBytes,
    action: 'refresh_token_reused',
    detail: { family: token.family_id, generation: token.generation },
  })
}

/** One credential presents another's refresh token: nothing happens to it, and its owner can read of it. */
async function recordForeign(
  { now, randomBytes }: TokensDeps,
  trx: Queries,
  { token, requestId, client }: Found & { readonly client: Client },
): Promise<void> {
  await recordChange(trx, {
    actor: `credential ${client.credentialId}`,
    requestId,
    tenantId: token.tenant_id,
    credentialId: token.credential_id,
    occurredAt: now(),
    randomBytes,
    action: 'refresh_token_of_another',
    detail: { family: token.family_id },
  })
}
