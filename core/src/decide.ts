import { type AllowedEndpoints, allows } from './allowed-endpoints.ts'
import type { Endpoint } from './catalog/endpoint.ts'
import type { Credential } from './credential.ts'
import type { Decision, Denied, DenyReason } from './decision.ts'

/** What was presented, as far as it was recognised. Instants are epoch milliseconds. */
export type PresentedToken =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'issued'
      readonly id: string
      readonly expiresAt: number | undefined
      readonly revokedAt: number | undefined
    }

/** What the request addresses, as the tenant's catalogs say. */
export type Addressed =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint; readonly further: readonly string[] }
  | { readonly kind: 'beyond'; readonly further: readonly string[] }
  | { readonly kind: 'unknown'; readonly methods: readonly string[] }

/** Everything that a decision may look at. */
export type Facts = {
  readonly now: number
  readonly token: PresentedToken
  /** The credential that the token belongs to; undefined unless the token was issued. */
  readonly credential: Credential | undefined
  readonly addressed: Addressed
}

type Check = (facts: Facts) => DenyReason | undefined

const CHECKS: readonly Check[] = [
  tokenMissing,
  tokenMalformed,
  tokenUnknown,
  tokenRevoked,
  tokenExpired,
  credentialInactive,
  endpointUnknown,
  endpointNotAllowed,
  odataReachUnknown,
]

/** The decision on one call: the first check that fails is the reason; a call that passes them all is allowed. */
export function decide(facts: Facts): Decision {
  for (const check of CHECKS) {
    const reason = check(facts)
    if (reason !== undefined) return deny(facts, reason)
  }
  const { token, credential, addressed } = facts
  // The checks have ruled all of this out. Said again, so that no change to them can turn a gap into an allow.
  if (token.kind !== 'issued' || credential === undefined) return deny(facts, 'token_unknown')
  if (addressed.kind === 'unknown') return deny(facts, 'endpoint_unknown')
  return {
    outcome: 'allow',
    tenantId: credential.tenantId,
    credentialId: credential.id,
    tokenId: token.id,
    endpoint: addressed.kind === 'endpoint' ? addressed.endpoint : undefined,
  }
}

/** Every reason that stands against a call, in order. Empty exactly when decide() allows it. */
export function explain(facts: Facts): readonly DenyReason[] {
  return CHECKS.map((check) => check(facts)).filter((reason) => reason !== undefined)
}

function deny(facts: Facts, reason: DenyReason): Denied {
  const { token, credential, addressed } = facts
  return {
    outcome: 'deny',
    reason,
    ...(credential && { tenantId: credential.tenantId, credentialId: credential.id }),
    ...(token.kind === 'issued' && { tokenId: token.id }),
    ...(concernsEndpoint(reason) && addressed.kind === 'endpoint' && { endpoint: addressed.endpoint }),
    ...(reason === 'odata_reach_unknown' && addressed.kind !== 'unknown' && { further: addressed.further }),
    ...(reason === 'endpoint_unknown' && addressed.kind === 'unknown' && { methods: addressed.methods }),
  }
}

/** Only then is the endpoint what is missing. Told with a refused token, it would tell one such token from another. */
function concernsEndpoint(reason: DenyReason): boolean {
  return reason === 'endpoint_not_allowed' || reason === 'odata_reach_unknown'
}

function tokenMissing({ token }: Facts): DenyReason | undefined {
  return token.kind === 'missing' ? 'token_missing' : undefined
}

function tokenMalformed({ token }: Facts): DenyReason | undefined {
  return token.kind === 'malformed' ? 'token_malformed' : undefined
}

function tokenUnknown({ token, credential }: Facts): DenyReason | undefined {
  if (token.kind === 'missing' || token.kind === 'malformed') return undefined
  return token.kind === 'unknown' || credential === undefined ? 'token_unknown' : undefined
}

function tokenRevoked({ token }: Facts): DenyReason | undefined {
  return token.kind === 'issued' && token.revokedAt !== undefined ? 'token_revoked' : undefined
}

function tokenExpired({ token, now }: Facts): DenyReason | undefined {
  if (token.kind !== 'issued' || token.expiresAt === undefined) return undefined
  // Written so that an instant that is no number counts as expired.
  return now < token.expiresAt ? undefined : 'token_expired'
}

function credentialInactive({ credential }: Facts): DenyReason | undefined {
  return credential !== undefined && credential.active !== true ? 'credential_inactive' : undefined
}

function endpointUnknown({ addressed }: Facts): DenyReason | undefined {
  return addressed.kind === 'unknown' ? 'endpoint_unknown' : undefined
}

function endpointNotAllowed({ credential, addressed }: Facts): DenyReason | undefined {
  if (credential === undefined || addressed.kind !== 'endpoint') return undefined
  return allows(credential.allowedEndpoints, addressed.endpoint.id) ? undefined : 'endpoint_not_allowed'
}

function odataReachUnknown({ credential, addressed }: Facts): DenyReason | undefined {
  if (
    credential === undefined ||
    addressed.kind === 'unknown' ||
    callsEverything(credential.allowedEndpoints)
  ) {
    return undefined
  }
  return addressed.kind === 'beyond' || addressed.further.length > 0 ? 'odata_reach_unknown' : undefined
}

function callsEverything(allowed: AllowedEndpoints): boolean {
  return allowed.kind === 'all'
}
