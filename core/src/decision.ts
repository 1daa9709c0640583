import type { Endpoint } from './catalog/endpoint.ts'
import type { ODataProblem } from './odata/analysis.ts'
import type { Cause } from './odata/touches.ts'

/** Why a call is refused, in the order in which the checks run. */
export const DENY_REASONS = [
  'token_missing',
  'token_malformed',
  'policy_absent',
  'token_unverified',
  'token_unknown',
  'token_revoked',
  'token_expired',
  'credential_inactive',
  'policy_stale',
  'endpoint_unknown',
  'odata_malformed',
  'odata_unknown_name',
  'odata_not_supported',
  'odata_limit',
  'odata_body_type',
  'odata_doubtful',
  'odata_method',
  'endpoint_not_allowed',
  'odata_reach_unknown',
] as const
export type DenyReason = (typeof DENY_REASONS)[number]

/** An endpoint that a request reaches, and every place that says so. */
export type TouchedEndpoint = { readonly endpoint: Endpoint; readonly by: readonly PartCause[] }

/** `part` is the id of a request of a batch, or its place from 1; undefined outside of batches. */
export type PartCause = Cause & { readonly part?: string | undefined }

/** Why a request for OData is carried out for nobody. */
export type Unreadable = Omit<ODataProblem, 'ok' | 'code'> & {
  readonly reason: ODataProblem['code'] | 'odata_doubtful'
}

/** The answer to one call. Whatever is not exactly `allow` is a refusal. */
export type Decision = Allowed | Denied

export type Allowed = {
  readonly outcome: 'allow'
  readonly tenantId: string
  readonly credentialId: string
  readonly tokenId: string
  /** Every endpoint that the call reaches, each once. Empty where it reads the description of a service. */
  readonly endpoints: readonly Endpoint[]
}

export type Denied = {
  readonly outcome: 'deny'
  readonly reason: DenyReason
  /** Whose credential it was, where that is known. */
  readonly tenantId?: string
  readonly credentialId?: string
  readonly tokenId?: string
  /** The endpoints that are missing from the credential, in the order of the request. */
  readonly missing?: readonly TouchedEndpoint[]
  /** Of the endpoints that the request reaches, those that the credential has. */
  readonly granted?: readonly TouchedEndpoint[]
  /** For `odata_reach_unknown`: the parts of the request whose reach nobody can know. */
  readonly unknownReach?: readonly PartCause[]
  /** For requests for OData that are carried out for nobody: what is wrong, for each refused request of a batch. */
  readonly problems?: readonly Unreadable[]
  /** For `endpoint_unknown` and `odata_method`: the methods that the path does have. */
  readonly methods?: readonly string[]
}

/** How a reason is told to the caller. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 415 | 503
  /** The `error` of WWW-Authenticate (RFC 6750 3.1). None when no token came, as the RFC asks, or the token is fine. */
  readonly oauthError?: 'invalid_token' | 'insufficient_scope'
  readonly title: string
  readonly detail: string
  /** For Retry-After (RFC 9110 10.2.3): nothing is wrong with the call, and the same one may be allowed then. */
  readonly retryAfterSeconds?: number
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
  policy_absent: {
    status: 503,
    title: 'This gateway knows no credentials yet',
    detail: 'It has not reached its control plane since it was set up. Nothing was asked upstream.',
    retryAfterSeconds: 5,
  },
  token_unverified: {
    status: 503,
    title: 'The token cannot be verified at the moment',
    detail:
      'This gateway does not know the token, and cannot ask its control plane whether it is new. Nothing was asked upstream.',
    retryAfterSeconds: 5,
  },
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
  policy_stale: {
    status: 503,
    title: 'What this gateway knows is too old to decide by',
    detail:
      'It has not heard from its control plane for longer than the tenant tolerates, and the token may have been revoked since. Nothing was asked upstream.',
    retryAfterSeconds: 10,
  },
  endpoint_unknown: {
    status: 404,
    title: 'There is no such endpoint',
    detail:
      'No catalog of this tenant has an endpoint with this method and path. Nothing was asked upstream.',
  },
  odata_malformed: {
    status: 400,
    title: 'The OData request cannot be read',
    detail: 'Nothing was asked upstream.',
  },
  odata_unknown_name: {
    status: 400,
    title: 'The OData request names something that the service does not publish',
    detail: 'Nothing was asked upstream. The names are those of $metadata, in the same case.',
  },
  odata_not_supported: {
    status: 400,
    title: 'The OData request asks for something that is never forwarded',
    detail: 'Nothing was asked upstream.',
  },
  odata_limit: {
    status: 400,
    title: 'The OData request is beyond a limit',
    detail: 'Nothing was asked upstream. Ask for less at a time.',
  },
  odata_body_type: {
    status: 415,
    title: 'The body is of a kind that is not read',
    detail: 'Nothing was asked upstream.',
  },
  odata_doubtful: {
    status: 400,
    title: 'Two readings of the OData request do not agree',
    detail:
      'Nothing was asked upstream. The request is read twice, by programs of their own, and one of them saw more.',
  },
  odata_method: {
    status: 405,
    title: 'The method is not one of this address',
    detail: 'Nothing was asked upstream.',
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
    title: 'Nobody can know what the request reaches',
    detail:
      'A credential restricted to some endpoints may ask only for what the service has published. Leave these parts out.',
  },
} as const satisfies Record<DenyReason, Refusal>
