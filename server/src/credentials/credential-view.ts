import type { AuthenticationMethod } from '@stagedoor/core/credential.ts'
import type { TokenKind } from '@stagedoor/core/token.ts'
import { type CredentialListRow, credentialFindById } from '#storage/credentials.ts'
import type { Queries } from '#storage/database.ts'
import { tokenReuseList } from '#storage/token-families.ts'
import { type TokenListRow, tokenListByCredentials } from '#storage/tokens.ts'

/** What may be shown of a credential. Instants are epoch milliseconds. */
export type CredentialView = {
  readonly id: string
  readonly tenantId: string
  readonly title: string
  readonly description: string
  readonly authenticationMethod: AuthenticationMethod
  readonly active: boolean
  readonly email: string | undefined
  readonly allowedEndpoints: { readonly kind: 'all' } | { readonly kind: 'only'; readonly count: number }
  /** API tokens and pairs that are not revoked. */
  readonly tokens: readonly TokenView[]
  /** When a refresh token came back that had been exchanged before; until new tokens are issued. */
  readonly refreshTokenReusedAt: number | undefined
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

export type TokenView = {
  readonly id: string
  readonly kind: TokenKind
  readonly hint: string
  readonly issuedAt: number
  readonly expiresAt: number | undefined
  readonly lastUsedAt: number | undefined
}

/** The credential with its tokens; undefined where it is deleted or another tenant's. */
export async function loadView(
  trx: Queries,
  { tenantId, credentialId }: { readonly tenantId: string; readonly credentialId: string },
): Promise<CredentialView | undefined> {
  const row = await credentialFindById(trx, { tenantId, id: credentialId })
  if (!row) return undefined
  const tokens = await tokenListByCredentials(trx, [row.id])
  const reused = await tokenReuseList(trx, [row.id])
  return toView(row, { tokens, refreshTokenReusedAt: reused.get(row.id) })
}

export type ViewParts = {
  readonly tokens: readonly TokenListRow[]
  readonly refreshTokenReusedAt: number | undefined
}

export function toView(row: CredentialListRow, { tokens, refreshTokenReusedAt }: ViewParts): CredentialView {
  const count = row.allowed_endpoints_count
  return {
    id: row.id,
    tenantId: row.tenant_id,
    title: row.title,
    description: row.description,
    authenticationMethod: row.authentication_method,
    active: row.active === 1,
    email: row.email ?? undefined,
    allowedEndpoints: count === null ? { kind: 'all' } : { kind: 'only', count },
    tokens: tokens.map(toTokenView),
    refreshTokenReusedAt,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function toTokenView(token: TokenListRow): TokenView {
  return {
    id: token.id,
    kind: token.kind,
    hint: token.hint,
    issuedAt: token.issued_at,
    expiresAt: token.expires_at ?? undefined,
    lastUsedAt: token.last_used_at ?? undefined,
  }
}
