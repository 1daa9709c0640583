import { hash } from 'node:crypto'
import { type Match, match } from '@stagedoor/core/catalog/matcher.ts'
import { type Addressed, decide, type PresentedToken } from '@stagedoor/core/decide.ts'
import type { Decision } from '@stagedoor/core/decision.ts'
import type { Target } from '@stagedoor/core/target.ts'
import { tokenKind } from '@stagedoor/core/token.ts'
import type { KnownToken, Policy } from './policy.ts'

/** One call, as read from the wire. */
export type ApiRequest = {
  /** Text presented as a token; undefined where none was. */
  readonly token: string | undefined
  readonly method: string
  readonly target: Target
}

/** The decision, and what the request means where a tenant's catalogs were asked. */
export type Authorized = { readonly decision: Decision; readonly match: Match | undefined }

/**
 * Collects the facts of a call from memory and decides it.
 * @param now epoch milliseconds
 */
export function authorize(
  policy: Policy,
  request: ApiRequest,
  options: { readonly now: number },
): Authorized {
  const known = findKnown(policy, request.token)
  // Catalogs belong to a tenant, and the tenant is known through the token only.
  const found =
    typeof known === 'object'
      ? match(policy.matchersOf(known.credential.tenantId), request.method, request.target)
      : undefined
  const decision = decide({
    now: options.now,
    token: toPresented(known),
    credential: typeof known === 'object' ? known.credential : undefined,
    addressed: toAddressed(found),
  })
  return { decision, match: found }
}

function findKnown(
  policy: Policy,
  text: string | undefined,
): KnownToken | 'missing' | 'malformed' | 'unknown' {
  if (text === undefined) return 'missing'
  const kind = tokenKind(text)
  // A refresh token is no bearer token: it is for the token endpoint alone (RFC 6749 1.5).
  if (kind !== 'api' && kind !== 'access') return 'malformed'
  return policy.findToken(hash('sha256', text)) ?? 'unknown'
}

function toPresented(known: KnownToken | 'missing' | 'malformed' | 'unknown'): PresentedToken {
  return typeof known === 'object'
    ? { kind: 'issued', id: known.id, expiresAt: known.expiresAt, revokedAt: known.revokedAt }
    : { kind: known }
}

function toAddressed(found: Match | undefined): Addressed {
  if (found?.kind === 'endpoint')
    return { kind: 'endpoint', endpoint: found.form.endpoint, further: found.further }
  if (found?.kind === 'beyond') return { kind: 'beyond', further: found.further }
  return { kind: 'unknown', methods: found?.kind === 'unknown' ? found.methods : [] }
}
