import type { CredentialView } from '#credentials/credential-view.ts'
import type { Refused } from '#credentials/use-case.ts'
import { type ProblemOptions, problem } from '#http/problems.ts'
import type { AdminContext } from './deps.ts'
import type { CredentialJson } from './schemas.ts'

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

/** A use case's refusal as a problem. Its codes are problem codes. */
export function refuseOutcome(c: AdminContext, { code, detail, errors }: Refused): Response {
  if (code === 'not_found' && detail === undefined) return notFound(c)
  return refuse(c, {
    code,
    detail,
    ...(errors && { extra: { errors } }),
    ...(code === 'overloaded' && { headers: { 'retry-after': RETRY_AFTER_SECONDS } }),
  })
}

/** The same words whether the tenant, the credential or the right to see them is missing. */
export function notFound(c: AdminContext): Response {
  return refuse(c, { code: 'not_found', detail: 'No tenant with this id has a credential with this id.' })
}

export function etag(version: number): string {
  return `"${version}"`
}

/** A credential as the API shows it. */
export function toCredentialJson(view: CredentialView): CredentialJson {
  const { version: _, email, ...rest } = view
  return {
    ...rest,
    ...(email !== undefined && { email }),
    tokens: view.tokens.map((token) => ({
      ...token,
      issuedAt: toIso(token.issuedAt),
      expiresAt: token.expiresAt === undefined ? null : toIso(token.expiresAt),
      revokedAt: token.revokedAt === undefined ? null : toIso(token.revokedAt),
    })),
    createdAt: toIso(view.createdAt),
    updatedAt: toIso(view.updatedAt),
  }
}

export function toIso(instant: number): string {
  return new Date(instant).toISOString()
}
