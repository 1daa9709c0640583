import { hash } from 'node:crypto'
import type { AuthenticationMethod } from '@stagedoor/core/credential.ts'
import type { OAuthSettings } from '@stagedoor/core/oauth-settings.ts'
import { mintToken, type RandomBytes, type TokenKind, tokenHint } from '@stagedoor/core/token.ts'
import type { Queries } from '#storage/database.ts'
import { newId } from '#storage/new-id.ts'
import type { TokenRow } from '#storage/schema.ts'
import { tokenFamilyInsert } from '#storage/token-families.ts'
import { tokenInsertAll } from '#storage/tokens.ts'

/** Token texts, to be shown once. Instants are epoch milliseconds. */
export type Secrets =
  | { readonly kind: 'api_token'; readonly apiToken: string }
  | ({ readonly kind: 'oauth' } & SecretPair)

export type SecretPair = { readonly accessToken: ExpiringSecret; readonly refreshToken: ExpiringSecret }

export type ExpiringSecret = { readonly value: string; readonly expiresAt: number }

type Minting = {
  readonly credentialId: string
  readonly issuedAt: number
  readonly randomBytes: RandomBytes
}

export type IssueFirstTokens = Minting & {
  readonly method: AuthenticationMethod
  readonly settings: OAuthSettings
}

/** Issues an API token, or a pair that begins a family: their texts for the owner, their rows stored. */
export async function issueFirstTokens(
  trx: Queries,
  { method, settings, ...minting }: IssueFirstTokens,
): Promise<{ readonly secrets: Secrets; readonly rows: readonly TokenRow[] }> {
  const { credentialId, issuedAt, randomBytes } = minting
  if (method === 'api_token') {
    const apiToken = mintToken('api', randomBytes)
    const rows = [toRow('api', apiToken, { ...minting, expiresAt: null, familyId: null, generation: null })]
    await tokenInsertAll(trx, rows)
    return { secrets: { kind: 'api_token', apiToken }, rows }
  }
  const familyId = newId('fam', randomBytes)
  const familyExpiresAt = issuedAt + settings.refreshAbsoluteMs
  await tokenFamilyInsert(trx, {
    id: familyId,
    credential_id: credentialId,
    created_at: issuedAt,
    expires_at: familyExpiresAt,
    revoked_at: null,
    reuse_detected_at: null,
  })
  const { pair, rows } = mintPair({ ...minting, settings, familyId, familyExpiresAt, generation: 1 })
  await tokenInsertAll(trx, rows)
  return { secrets: { kind: 'oauth', ...pair }, rows }
}

export type MintPair = Minting & {
  readonly settings: OAuthSettings
  readonly familyId: string
  readonly familyExpiresAt: number
  readonly generation: number
}

/** The next pair of a family. Neither token outlives the family. */
export function mintPair(options: MintPair): {
  readonly pair: SecretPair
  readonly rows: readonly TokenRow[]
} {
  const { settings, familyExpiresAt, randomBytes, issuedAt } = options
  const until = (span: number): number => Math.min(issuedAt + span, familyExpiresAt)
  const accessToken = { value: mintToken('access', randomBytes), expiresAt: until(settings.accessTokenMs) }
  const refreshToken = { value: mintToken('refresh', randomBytes), expiresAt: until(settings.refreshIdleMs) }
  return {
    pair: { accessToken, refreshToken },
    rows: [
      toRow('access', accessToken.value, { ...options, expiresAt: accessToken.expiresAt }),
      toRow('refresh', refreshToken.value, { ...options, expiresAt: refreshToken.expiresAt }),
    ],
  }
}

/** An access token without a refresh token: whoever has the password can always ask for the next (RFC 6749 4.4.3). */
export function mintAccessToken(options: Minting & { readonly settings: OAuthSettings }): {
  readonly accessToken: ExpiringSecret
  readonly row: TokenRow
} {
  const expiresAt = options.issuedAt + options.settings.accessTokenMs
  const accessToken = { value: mintToken('access', options.randomBytes), expiresAt }
  const row = toRow('access', accessToken.value, { ...options, expiresAt, familyId: null, generation: null })
  return { accessToken, row }
}

type RowOptions = Minting & {
  readonly expiresAt: number | null
  readonly familyId: string | null
  readonly generation: number | null
}

function toRow(kind: TokenKind, text: string, options: RowOptions): TokenRow {
  return {
    id: newId('tok', options.randomBytes),
    credential_id: options.credentialId,
    kind,
    digest: hash('sha256', text),
    hint: tokenHint(text),
    issued_at: options.issuedAt,
    expires_at: options.expiresAt,
    revoked_at: null,
    family_id: options.familyId,
    generation: options.generation,
    rotated_at: null,
    last_used_at: null,
  }
}
