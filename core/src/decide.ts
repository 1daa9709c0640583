import { type AllowedEndpoints, allows } from './allowed-endpoints.ts'
import type { Endpoint } from './catalog/endpoint.ts'
import type { Credential } from './credential.ts'
import type { Decision, Denied, DenyReason, PartCause, TouchedEndpoint, Unreadable } from './decision.ts'
import type { Knowledge } from './knowledge.ts'

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
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  /** A request for OData: every endpoint that it reaches, and the parts of it whose reach nobody can know. */
  | {
      readonly kind: 'touched'
      readonly touches: readonly TouchedEndpoint[]
      readonly unknownReach: readonly PartCause[]
    }
  /** What a service says of itself ($metadata, the service document): any one of its endpoints implies it. */
  | { readonly kind: 'description'; readonly endpoints: readonly Endpoint[] }
  /** A request for OData that is carried out for nobody; one entry for each refused request of a batch. */
  | { readonly kind: 'unreadable'; readonly problems: readonly [Unreadable, ...Unreadable[]] }
  | { readonly kind: 'unknown'; readonly methods: readonly string[] }

/** Everything that a decision may look at. */
export type Facts = {
  readonly now: number
  readonly token: PresentedToken
  /** The credential that the token belongs to; undefined unless the token was issued. */
  readonly credential: Credential | undefined
  /** How well the gateway knows what the other facts come from. */
  readonly knowledge: Knowledge
  readonly addressed: Addressed
}

/** Who calls. What is asked for plays no part in it. */
type Caller = Omit<Facts, 'addressed'>

const CALLER_CHECKS: readonly ((caller: Caller) => DenyReason | undefined)[] = [
  tokenMissing,
  tokenMalformed,
  policyAbsent,
  tokenUnverified,
  tokenUnknown,
  tokenRevoked,
  tokenExpired,
  credentialInactive,
  // Last of these: what is known to be over stays over, however old that knowledge is.
  policyStale,
]

const CHECKS: readonly ((facts: Facts) => DenyReason | undefined)[] = [
  ...CALLER_CHECKS,
  endpointUnknown,
  odataUnreadable,
  endpointNotAllowed,
  odataReachUnknown,
]

/**
 * The first reason of CALLER_CHECKS. Written out, for each call asks this twice and a list of functions costs a multiple; a test
 * holds both together.
 */
function callerReason(caller: Caller): DenyReason | undefined {
  return (
    tokenMissing(caller) ??
    tokenMalformed(caller) ??
    policyAbsent(caller) ??
    tokenUnverified(caller) ??
    tokenUnknown(caller) ??
    tokenRevoked(caller) ??
    tokenExpired(caller) ??
    credentialInactive(caller) ??
    policyStale(caller)
  )
}

/** The decision on one call: the first check that fails is the reason; a call that passes them all is allowed. */
export function decide(facts: Facts): Decision {
  const reason =
    callerReason(facts) ??
    endpointUnknown(facts) ??
    odataUnreadable(facts) ??
    endpointNotAllowed(facts) ??
    odataReachUnknown(facts)
  if (reason !== undefined) return deny(facts, reason)
  const { token, credential, addressed } = facts
  // The checks have ruled all of this out. Said again, so that no change to them can turn a gap into an allow.
  if (token.kind !== 'issued' || credential === undefined) return deny(facts, 'token_unknown')
  if (addressed.kind === 'unreadable') return deny(facts, addressed.problems[0].reason)
  const endpoints = endpointsOf(addressed)
  if (endpoints === undefined) return deny(facts, 'endpoint_unknown')
  return {
    outcome: 'allow',
    tenantId: credential.tenantId,
    credentialId: credential.id,
    tokenId: token.id,
    endpoints,
  }
}

/**
 * The refusal of a caller who is refused whatever is asked for; undefined where it depends on the request. So that a
 * request is not even read for somebody who is not let in.
 */
export function refuseCaller(caller: Caller): Denied | undefined {
  const reason = callerReason(caller)
  return reason === undefined ? undefined : { outcome: 'deny', reason, ...identity(caller) }
}

/** Every reason that stands against a call, in order. Empty exactly when decide() allows it. */
export function explain(facts: Facts): readonly DenyReason[] {
  return CHECKS.map((check) => check(facts)).filter((reason) => reason !== undefined)
}

/** What is reached; undefined where that is nothing that could be allowed. */
function endpointsOf(addressed: Addressed): readonly Endpoint[] | undefined {
  switch (addressed.kind) {
    case 'endpoint':
      return [addressed.endpoint]
    case 'touched':
      return addressed.touches.map(({ endpoint }) => endpoint)
    case 'description':
      return []
    default:
      return undefined
  }
}

function deny(facts: Facts, reason: DenyReason): Denied {
  return { outcome: 'deny', reason, ...identity(facts), ...specifics(facts, reason) }
}

function identity({ token, credential }: Caller): Pick<Denied, 'tenantId' | 'credentialId' | 'tokenId'> {
  return {
    ...(credential && { tenantId: credential.tenantId, credentialId: credential.id }),
    ...(token.kind === 'issued' && { tokenId: token.id }),
  }
}

/** Only of a token that is fine: told with a refused one, it would tell one such token from another. */
function specifics({ credential, addressed }: Facts, reason: DenyReason): Partial<Denied> {
  switch (reason) {
    case 'endpoint_not_allowed':
    case 'odata_reach_unknown': {
      const touches = touchesOf(addressed)
      const has = ({ endpoint }: TouchedEndpoint): boolean =>
        credential !== undefined && allows(credential.allowedEndpoints, endpoint.id)
      return {
        missing: touches.filter((touch) => !has(touch)),
        granted: touches.filter(has),
        ...(addressed.kind === 'touched' && { unknownReach: addressed.unknownReach }),
      }
    }
    case 'endpoint_unknown':
      return { methods: addressed.kind === 'unknown' ? addressed.methods : [] }
    case 'odata_malformed':
    case 'odata_unknown_name':
    case 'odata_not_supported':
    case 'odata_limit':
    case 'odata_body_type':
    case 'odata_doubtful':
    case 'odata_method': {
      const problems = addressed.kind === 'unreadable' ? addressed.problems : []
      const methods = problems[0]?.methods
      return { problems, ...(methods && { methods }) }
    }
    default:
      return {}
  }
}

/** A description counts as no endpoint: which one of its service's an operator adds is for the operator to say. */
function touchesOf(addressed: Addressed): readonly TouchedEndpoint[] {
  if (addressed.kind === 'endpoint') return [{ endpoint: addressed.endpoint, by: [] }]
  return addressed.kind === 'touched' ? addressed.touches : []
}

function tokenMissing({ token }: Caller): DenyReason | undefined {
  return token.kind === 'missing' ? 'token_missing' : undefined
}

function tokenMalformed({ token }: Caller): DenyReason | undefined {
  return token.kind === 'malformed' ? 'token_malformed' : undefined
}

function policyAbsent({ token, knowledge }: Caller): DenyReason | undefined {
  return isPresented(token) && knowledge === 'absent' ? 'policy_absent' : undefined
}

/** A token that nobody knows may have been issued since: only who knows everything can say that it was not. */
function tokenUnverified(caller: Caller): DenyReason | undefined {
  return isUnknown(caller) && caller.knowledge !== 'current' ? 'token_unverified' : undefined
}

function tokenUnknown(caller: Caller): DenyReason | undefined {
  return isUnknown(caller) && caller.knowledge === 'current' ? 'token_unknown' : undefined
}

function isUnknown({ token, credential }: Caller): boolean {
  return isPresented(token) && (token.kind === 'unknown' || credential === undefined)
}

function isPresented({ kind }: PresentedToken): boolean {
  return kind !== 'missing' && kind !== 'malformed'
}

function tokenRevoked({ token }: Caller): DenyReason | undefined {
  return token.kind === 'issued' && token.revokedAt !== undefined ? 'token_revoked' : undefined
}

function tokenExpired({ token, now }: Caller): DenyReason | undefined {
  if (token.kind !== 'issued' || token.expiresAt === undefined) return undefined
  // Written so that an instant that is no number counts as expired.
  return now < token.expiresAt ? undefined : 'token_expired'
}

function credentialInactive({ credential }: Caller): DenyReason | undefined {
  return credential !== undefined && credential.active !== true ? 'credential_inactive' : undefined
}

function policyStale({ token, knowledge }: Caller): DenyReason | undefined {
  // Written so that whatever is none of the words counts as stale. That nothing is known has its own word.
  const isFresh = knowledge === 'current' || knowledge === 'disconnected' || knowledge === 'absent'
  return isPresented(token) && !isFresh ? 'policy_stale' : undefined
}

function endpointUnknown({ addressed }: Facts): DenyReason | undefined {
  return addressed.kind === 'unknown' ? 'endpoint_unknown' : undefined
}

function odataUnreadable({ addressed }: Facts): DenyReason | undefined {
  return addressed.kind === 'unreadable' ? addressed.problems[0].reason : undefined
}

function endpointNotAllowed({ credential, addressed }: Facts): DenyReason | undefined {
  if (credential === undefined || callsEverything(credential.allowedEndpoints)) return undefined
  const { allowedEndpoints } = credential
  // Most calls are of this kind, and nothing is made for them.
  if (addressed.kind === 'endpoint')
    return allows(allowedEndpoints, addressed.endpoint.id) ? undefined : 'endpoint_not_allowed'
  const may = (endpoint: Endpoint): boolean => allows(allowedEndpoints, endpoint.id)
  switch (addressed.kind) {
    case 'touched':
      return addressed.touches.every(({ endpoint }) => may(endpoint)) ? undefined : 'endpoint_not_allowed'
    case 'description':
      return addressed.endpoints.some(may) ? undefined : 'endpoint_not_allowed'
    default:
      return undefined
  }
}

function odataReachUnknown({ credential, addressed }: Facts): DenyReason | undefined {
  if (credential === undefined || callsEverything(credential.allowedEndpoints)) return undefined
  if (addressed.kind !== 'touched') return undefined
  // A request that reaches nothing the model knows has been understood by nobody.
  return addressed.unknownReach.length > 0 || addressed.touches.length === 0
    ? 'odata_reach_unknown'
    : undefined
}

function callsEverything(allowed: AllowedEndpoints): boolean {
  return allowed.kind === 'all'
}
