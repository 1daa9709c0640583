import type { Endpoint } from '@stagedoor/core/catalog/endpoint.ts'
import type { Denied, PartCause, TouchedEndpoint, Unreadable } from '@stagedoor/core/decision.ts'

/** What a problem is called. `type` is this and the code. A name, not an address: it stays when pages move. */
const PROBLEM_TYPE_BASE = 'urn:stagedoor:error:'

/**
 * Every code with which a request is refused before or without a decision. `docs/errors/<code>.md` has the page.
 * @internal
 */
export const PROBLEMS = {
  // The admin API.
  json_malformed: { status: 400, title: 'The body is not JSON' },
  header_malformed: { status: 400, title: 'A header cannot be read' },
  unauthenticated: { status: 401, title: 'Nobody is signed in, and there is no valid management token' },
  role_missing: { status: 403, title: 'The role does not allow it' },
  cross_origin: { status: 403, title: 'The request does not come from the console' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not one of this address' },
  title_taken: { status: 409, title: 'Another credential of this tenant has the title' },
  version_mismatch: { status: 412, title: 'The credential has changed since it was read' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  validation_failed: { status: 422, title: 'Some fields are not accepted' },
  authentication_method_not_available: {
    status: 422,
    title: 'The tenant does not have this authentication method',
  },
  empty_list_not_confirmed: { status: 422, title: 'An empty list of endpoints needs a confirmation' },
  endpoint_not_in_tenant: { status: 422, title: 'Some endpoints are not among those of the tenant' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  overlap_not_available: { status: 422, title: 'Only API tokens can overlap' },
  precondition_required: { status: 428, title: 'If-Match is needed' },
  // Signing in to the console, and those who do.
  sign_in_failed: { status: 401, title: 'The e-mail address or the password is wrong' },
  two_factor_expired: { status: 401, title: 'The sign-in has to be started again' },
  password_wrong: { status: 403, title: 'The password is wrong' },
  two_factor_code_wrong: { status: 403, title: 'The code is wrong or was used before' },
  password_not_set: { status: 409, title: 'The operator has no password' },
  two_factor_off: { status: 409, title: 'The second factor is off' },
  two_factor_on: { status: 409, title: 'The second factor is on already' },
  operator_exists: { status: 409, title: 'The operator is in this tenant already' },
  last_customer_admin: { status: 409, title: 'A tenant needs a Customer Admin' },
  invitation_not_open: { status: 409, title: 'There is no invitation that could be renewed' },
  invitation_invalid: { status: 422, title: 'The invitation cannot be used' },
  password_too_common: { status: 422, title: 'The password is too easy to guess' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  single_sign_on_unreachable: { status: 502, title: 'The provider of single sign-on cannot be reached' },
  // Gateways, at a control plane.
  node_token_wrong: { status: 401, title: 'The node token is missing or wrong' },
  node_protocol_version: { status: 409, title: 'Gateway and control plane speak different versions' },
  node_superseded: { status: 409, title: 'A later start of the gateway has its id' },
  // The gateway.
  request_malformed: { status: 400, title: 'The request cannot be read' },
  request_too_slow: { status: 408, title: 'The request took too long to arrive' },
  head_too_large: { status: 431, title: 'The head of the request is too large' },
  target_malformed: { status: 400, title: 'The request target cannot be read' },
  target_ambiguous: { status: 400, title: 'The request target can be read in more than one way' },
  header_ambiguous: { status: 400, title: 'The headers can be read in more than one way' },
  token_in_query: { status: 400, title: 'A token stands in the query' },
  token_presented_twice: { status: 400, title: 'More than one token was presented' },
  body_not_expected: { status: 400, title: 'The method has no body' },
  method_not_supported: { status: 405, title: 'The method is not supported' },
  expectation_not_supported: { status: 417, title: 'The expectation is not supported' },
  upgrade_not_supported: { status: 501, title: 'The connection cannot be upgraded' },
  transfer_coding_not_supported: { status: 501, title: 'The transfer coding is not supported' },
  http_version_not_supported: { status: 505, title: 'The HTTP version is not supported' },
  target_too_long: { status: 414, title: 'The request target is too long' },
  upstream_unreachable: { status: 502, title: 'The API behind the gateway cannot be reached' },
  upstream_answer_invalid: {
    status: 502,
    title: 'The API behind the gateway answered something that cannot be read',
  },
  upstream_reveals_more: {
    status: 502,
    title: 'The API behind the gateway answered with more than the credential may read',
  },
  upstream_sign_in_failed: { status: 502, title: 'The gateway could not sign in to the API behind it' },
  upstream_timeout: { status: 504, title: 'The API behind the gateway did not answer in time' },
  // Proxies that ask for a decision, and their callers.
  call_unclear: { status: 400, title: 'The proxy does not say clearly which call it asks about' },
  proxy_not_trusted: { status: 403, title: 'Whoever asks is none of the proxies that may' },
  gateway_needed: { status: 403, title: 'The call can only be made through the gateway itself' },
  decision_changed: { status: 503, title: 'The call was refused a moment ago, and would be allowed now' },
  // Both.
  internal_error: { status: 500, title: 'Something broke here' },
  overloaded: { status: 503, title: 'Too much to do at the moment' },
  storage_unavailable: { status: 503, title: 'The database cannot be reached' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>

export type ProblemCode = keyof typeof PROBLEMS

export type ProblemOptions = {
  readonly code: ProblemCode
  readonly requestId: string
  /** What happened this time, in public words: no secret, no stack, nothing of the database. */
  readonly detail?: string | undefined
  /** Further members (RFC 9457 3.2). They cannot replace the standard ones. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined
}

/** The body of a problem answer (RFC 9457). Some have further members. */
export type ProblemBody = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly code: string
  readonly requestId: string
}

/** Status and body of a problem answer, for whoever writes the answer. */
export function problemBody({ code, requestId, detail, extra }: ProblemOptions): {
  readonly status: number
  readonly body: ProblemBody
} {
  const { status, title } = PROBLEMS[code]
  const type = PROBLEM_TYPE_BASE + code
  return {
    status,
    body: { ...extra, type, title, status, ...(detail !== undefined && { detail }), code, requestId },
  }
}

/** The problem as an answer of its own. */
export function problem(
  options: ProblemOptions & { readonly headers?: Readonly<Record<string, string>> },
): Response {
  const { status, body } = problemBody(options)
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...options.headers, 'content-type': 'application/problem+json' },
  })
}

export type RefusalOptions = {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly requestId: string
}

/** The body of a refused call: the reason as code, and what is missing. Nothing about whose the token is. */
export function refusalBody(
  denied: Denied,
  { status, title, detail, requestId }: RefusalOptions,
): ProblemBody {
  const { reason, missing, methods } = denied
  const endpoint = missing?.[0]?.endpoint
  return {
    type: PROBLEM_TYPE_BASE + reason,
    title,
    status,
    detail,
    code: reason,
    requestId,
    ...(endpoint && { endpoint: toPublic(endpoint) }),
    ...(methods && { methods }),
  }
}

/** The body of a refused call to an OData service: the same, and `error` for clients of OData (Part 1, 9.4). */
export function odataRefusalBody(
  denied: Denied,
  options: RefusalOptions,
): ProblemBody & Readonly<Record<string, unknown>> {
  const { reason, missing, granted, unknownReach, problems } = denied
  const causes = [...(problems ?? []), ...(missing ?? []).flatMap(({ by }) => by), ...(unknownReach ?? [])]
  const target = causes[0]?.in
  return {
    ...refusalBody(denied, options),
    ...(missing && {
      missing: missing.map(({ endpoint }) => toPublic(endpoint)),
      granted: (granted ?? []).map(({ endpoint }) => endpoint.id),
      touches: [
        ...(granted ?? []).map((touch) => toTouch(touch, true)),
        ...missing.map((touch) => toTouch(touch, false)),
      ],
    }),
    ...(unknownReach &&
      unknownReach.length > 0 && { unknownReach: unknownReach.slice(0, CAUSES_MAX).map(toCause) }),
    ...(problems && { problems: problems.slice(0, CAUSES_MAX).map(toProblem) }),
    error: { code: reason, message: options.detail, ...(target !== undefined && { target }) },
  }
}

/** Places of one kind that a refusal lists: a batch can have thousands, and the first few tell the same. */
const CAUSES_MAX = 20
const TEXT_LENGTH_MAX = 200

function toTouch({ endpoint, by }: TouchedEndpoint, granted: boolean): object {
  return { endpoint: endpoint.id, granted, by: by.slice(0, CAUSES_MAX).map(toCause) }
}

function toCause({ part, in: where, text, at }: PartCause): object {
  const short = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text
  return { part: part ?? null, in: where, text: short, at }
}

function toProblem({ reason, problem, in: where, at, limit, part }: Unreadable): object {
  return { part: part ?? null, code: reason, problem, in: where, at, ...(limit && { limit }) }
}

/** An endpoint as the catalog publishes it. */
function toPublic({ id, catalog, operation, method, path, title, resource, effect }: Endpoint): Endpoint {
  return { id, catalog, operation, method, path, title, resource, effect }
}
