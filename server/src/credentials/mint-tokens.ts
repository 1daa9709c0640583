import { hash } from 'node:crypto'
import type { AuthenticationMethod } from '@stagedoor/core/credential.ts'
import { mintToken, type RandomBytes, type TokenKind, tokenHint } from '@stagedoor/core/token.ts'
import { newId } from '#storage/new-id.ts'
import type { TokenRow } from '#storage/schema.ts'

const ACCESS_TOKEN_MS = 60 * 60 * 1000
const REFRESH_TOKEN_MS = 30 * 24 * 60 * 60 * 1000

/** Token texts, to be shown once. Instants are epoch milliseconds. */
export type Secrets =
  | { readonly kind: 'api_token'; readonly apiToken: string }
  | { readonly kind: 'oauth'; readonly accessToken: ExpiringSecret; readonly refreshToken: ExpiringSecret }

export type ExpiringSecret = { readonly value: string; readonly expiresAt: number }

export type MintTokensOptions = {
  readonly method: AuthenticationMethod
  readonly credentialId: string
  readonly issuedAt: number
  readonly randomBytes: RandomBytes
}

/** The first tokens of a credential: their texts for its owner, their rows for the storage. */
export function mintTokens({ method, credentialId, issuedAt, randomBytes }: MintTokensOptions): {
  readonly secrets: Secrets
  readonly rows: readonly TokenRow[]
} {
  function row(kind: TokenKind, text: string, expiresAt: number | null): TokenRow {
    return {
      id: newId('tok', randomBytes),
      credential_id: credentialId,
      kind,
      digest: hash('sha256', text),
      hint: tokenHint(text),
      issued_at: issuedAt,
      expires_at: expiresAt,
      revoked_at: null,
    }
  }
  if (method === 'api_token') {
    const apiToken = mintToken('api', randomBytes)
    return { secrets: { kind: 'api_token', apiToken }, rows: [row('api', apiToken, null)] }
  }
  const accessToken = { value: mintToken('access', randomBytes), expiresAt: issuedAt + ACCESS_TOKEN_MS }
  const refreshToken = { value: mintToken('refresh', randomBytes), expiresAt: issuedAt + REFRESH_TOKEN_MS }
  return {
    secrets: { kind: 'oauth', accessToken, refreshToken },
    rows: [
      row('access', accessToken.value, accessToken.expiresAt),
      row('refresh', refreshToken.value, refreshToken.expiresAt),
    ],
  }
}
