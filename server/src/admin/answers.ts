import type { CredentialView, TokenView } from '#credentials/credential-view.ts'
import type { Secrets } from '#credentials/mint-tokens.ts'
import type { FieldError } from '#credentials/use-case.ts'
import { type ProblemCode, type ProblemOptions, problem } from '#http/problems.ts'
import type { AdminContext } from './deps.ts'
import { toIso } from './instant.ts'
import type { AddedCredentialJson, CredentialJson, TokenJson } from './schemas.ts'

const RETRY_AFTER_SECONDS = '1'

/** A problem under this request's id. */
export function refuse(
  c: AdminContext,
  {
    code,
    ...more
  }: Omit<ProblemOptions, 'requestId'> & { readonly headers?: Readonly<Record<string, string>> },
): Response {
  return problem({ code, ...more, requestId: c.get('requestId') })
}

/** Of a use case. Its codes are problem codes. */
type Refused = {
  readonly code: ProblemCode
  readonly detail?: string
  readonly errors?: readonly FieldError[]
}

/** A use case's refusal as a problem. */
export function refuseOutcome(c: AdminContext, { code, detail, errors }: Refused): Response {
  if (code === 'not_found' && detail === undefined) return notFound(c)
  return refuse(c, {
    code,
    detail,
    ...(errors && { extra: { errors } }),
    ...(code === 'overloaded' && { headers: { 'retry-after': RETRY_AFTER_SECONDS } }),
  })
}

/** The same words whether the tenant, the thing in it or the right to see them is missing. */
export function notFound(c: AdminContext): Response {
  return refuse(c, { code: 'not_found', detail: 'There is no such thing in a tenant of yours.' })
}

export function etag(version: number): string {
  return `"${version}"`
}

/** A credential as the API shows it. */
export function toCredentialJson(view: CredentialView): CredentialJson {
  const { email, ...rest } = view
  return {
    ...rest,
    ...(email !== undefined && { email }),
    tokens: view.tokens.map(toTokenJson),
    refreshTokenReusedAt: toIsoOrNull(view.refreshTokenReusedAt),
    createdAt: toIso(view.createdAt),
    updatedAt: toIso(view.updatedAt),
  }
}

/** A token as the API shows it. */
export function toTokenJson(token: TokenView): TokenJson {
  return {
    ...token,
    issuedAt: toIso(token.issuedAt),
    expiresAt: toIsoOrNull(token.expiresAt),
    lastUsedAt: toIsoOrNull(token.lastUsedAt),
  }
}

function toIsoOrNull(instant: number | undefined): string | null {
  return instant === undefined ? null : toIso(instant)
}

/** The tokens just made, as the API shows them: this once. */
export function toSecretsJson(secrets: Secrets): AddedCredentialJson['secrets'] {
  if (secrets.kind === 'api_token') return { apiToken: secrets.apiToken }
  const { accessToken, refreshToken } = secrets
  return {
    accessToken: { value: accessToken.value, expiresAt: toIso(accessToken.expiresAt) },
    refreshToken: { value: refreshToken.value, expiresAt: toIso(refreshToken.expiresAt) },
  }
}
