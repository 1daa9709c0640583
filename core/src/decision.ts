import type { Endpoint } from './catalog/endpoint.ts'

/** Why a call is refused, in the order in which the checks run. */
export const DENY_REASONS = [
  'token_missing',
  'token_malformed',
  'token_unknown',
  'token_revoked',
  'token_expired',
  'credential_inactive',
  'endpoint_unknown',
  'endpoint_not_allowed',
  'odata_reach_unknown',
] as const
export type DenyReason = (typeof DENY_REASONS)[number]

/** The answer to one call. Whatever is not exactly `allow` is a refusal. */
export type Decision = Allowed | Denied

export type Allowed = {
  readonly outcome: 'allow'
  readonly tenantId: string
  readonly credentialId: string
  readonly tokenId: string
  /** Undefined where a credential that may call everything calls something that is no endpoint: `$batch`. */
  readonly endpoint: Endpoint | undefined
}

export type Denied = {
  readonly outcome: 'deny'
  readonly reason: DenyReason
  /** Whose credential it was, where that is known. */
  readonly tenantId?: string
  readonly credentialId?: string
  readonly tokenId?: string
  /** The endpoint that is missing from the credential. */
  readonly endpoint?: Endpoint
  /** For `odata_reach_unknown`: the parts of the request that could reach other endpoints. */
  readonly further?: readonly string[]
  /** For `endpoint_unknown`: the methods that the path does have. */
  readonly methods?: readonly string[]
}

/** How a reason is told to the caller. */
export type Refusal = {
  readonly status: 401 | 403 | 404
  /** The `error` of WWW-Authenticate (RFC 6750 3.1). None when no token came, as the RFC asks, or the token is fine. */
  readonly oauthError?: 'invalid_token' | 'insufficient_scope'
  readonly title: string
  readonly detail: string
}

/** Unknown, revoked and malformed read alike: whoever tries tokens learns nothing about which ones existed. */
const NOT_VALID = {
  status: 401,
  oauthError: 'invalid_token',
  title: 'The token is not valid',
  detail:
    'Present the API token (sd_api_...) or access token (sd_acc_...) exactly as it was issued. It may have been revoked.',
} as const satisfies Refusal

/** The one table from reason to status, OAuth error and public words. `docs/errors/<reason>.md` has the page. */
export const REFUSALS = {
  token_missing: {
    status: 401,
    title: 'No token was presented',
    detail: 'Send the token in the header "Authorization: Bearer <token>" or in the header "apitoken".',
  },
  token_malformed: NOT_VALID,
  token_unknown: NOT_VALID,
  token_revoked: NOT_VALID,
  token_expired: {
    status: 401,
    oauthError: 'invalid_token',
    title: 'The token has expired',
    detail: 'Get a new access token, with the refresh token or from the operator of the credential.',
  },
  credential_inactive: {
    status: 401,
    oauthError: 'invalid_token',
    title: 'The credential is deactivated',
    detail: 'An operator has switched this credential off. Its tokens work again when it is switched on.',
  },
  endpoint_unknown: {
    status: 404,
    title: 'There is no such endpoint',
    detail:
      'No catalog of this tenant has an endpoint with this method and path. Nothing was asked upstream.',
  },
  endpoint_not_allowed: {
    status: 403,
    oauthError: 'insufficient_scope',
    title: 'The credential may not call this endpoint',
    detail: 'Ask the operator of the credential to add the endpoint under Edit Endpoints.',
  },
  odata_reach_unknown: {
    status: 403,
    oauthError: 'insufficient_scope',
    title: 'The request could reach other entity sets',
    detail:
      'A credential restricted to some endpoints may ask for an entity set and its own properties. Leave these parts out.',
  },
} as const satisfies Record<DenyReason, Refusal>
