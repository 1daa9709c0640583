import { type Denied, REFUSALS, type Refusal } from '@stagedoor/core/decision.ts'
import {
  odataRefusalBody,
  type ProblemBody,
  type ProblemCode,
  problemBody,
  refusalBody,
} from '#http/problems.ts'
import { describeRefusal } from './odata/words.ts'
import { METHODS } from './request-head.ts'

const REALM = 'Bearer realm="Stagedoor"'

/** A refusal as it is told, whoever writes it to the wire. Header names are in lower case. */
export type RefusalAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemBody
}

/** How the answer is written for whoever calls an OData service. */
export type ODataAudience = {
  /** The version that the answer states: what the caller reads at most. */
  readonly version: string
  /** Whether the caller has asked for plain JSON and for nothing that problem+json would be. */
  readonly plainJson: boolean
  readonly method: string
}

/** Of a call that was decided against: status, challenge and words come from the one table of reasons. */
export function refusalAnswer(denied: Denied, requestId: string): RefusalAnswer {
  const refusal: Refusal = REFUSALS[denied.reason]
  const detail = refusal.detail + specifics(denied)
  return answerOf(refusalBody(denied, { ...refusal, detail, requestId }), {
    ...challenge(refusal),
    ...retryAfter(refusal),
  })
}

/** The same for a call to an OData service, readable for clients of OData as well. */
export function odataRefusalAnswer(
  denied: Denied,
  { requestId, audience }: { readonly requestId: string; readonly audience: ODataAudience },
): RefusalAnswer {
  const refusal: Refusal = REFUSALS[denied.reason]
  const described = describeRefusal(denied, audience.method)
  // What is missing comes with what to do about it; of all others the table says what to do.
  const detail =
    denied.reason === 'endpoint_not_allowed' ? described : `${described} ${refusal.detail}`.trim()
  return answerOf(odataRefusalBody(denied, { ...refusal, detail, requestId }), {
    ...challenge(refusal),
    ...retryAfter(refusal),
    'odata-version': audience.version,
    ...(denied.reason === 'odata_method' && { allow: allowed(denied.methods ?? []) }),
    ...(audience.plainJson && { 'content-type': 'application/json' }),
  })
}

/** Of a call that could not be read, or could not be carried out. */
export function problemAnswer(
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string },
): RefusalAnswer {
  const { body } = problemBody({ code, ...options })
  const isOfTokens = code === 'token_presented_twice' || code === 'token_in_query'
  return answerOf(body, {
    ...(isOfTokens && { 'www-authenticate': `${REALM}, error="invalid_request"` }),
    ...(code === 'overloaded' && { 'retry-after': '1' }),
    // RFC 9110 15.5.6.
    ...(code === 'method_not_supported' && { allow: METHODS.join(', ') }),
  })
}

/** The same to whoever calls an OData service: its clients look for `error`, some of them only in plain JSON. */
export function odataProblemAnswer(
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string; readonly audience: ODataAudience },
): RefusalAnswer {
  const { requestId, detail, audience } = options
  const { body } = problemBody({ code, requestId, detail, extra: { error: { code, message: detail } } })
  return answerOf(body, {
    'odata-version': audience.version,
    ...(code === 'overloaded' && { 'retry-after': '1' }),
    ...(audience.plainJson && { 'content-type': 'application/json' }),
  })
}

function answerOf(body: ProblemBody, headers: Readonly<Record<string, string>>): RefusalAnswer {
  return {
    status: body.status,
    headers: {
      'content-type': 'application/problem+json',
      ...headers,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body,
  }
}

/** Whoever may GET may HEAD, and OPTIONS tells everybody. */
function allowed(methods: readonly string[]): string {
  const heads = methods.includes('GET') ? ['HEAD'] : []
  return [...methods, ...heads, 'OPTIONS'].join(', ')
}

/** RFC 6750 3: for who is not known, or may not. What cannot be read is no matter of tokens. */
function challenge({ status, oauthError, title }: Refusal): Record<string, string> {
  if (status !== 401 && status !== 403) return {}
  const told = oauthError === undefined ? '' : `, error="${oauthError}", error_description="${title}"`
  return { 'www-authenticate': REALM + told }
}

/** RFC 9110 10.2.3. */
function retryAfter({ retryAfterSeconds: seconds }: Refusal): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

function specifics({ reason, missing, methods }: Denied): string {
  const endpoint = missing?.[0]?.endpoint
  if (reason === 'endpoint_not_allowed' && endpoint) {
    return ` It is ${endpoint.operation} (${endpoint.method} ${endpoint.path}).`
  }
  if (reason === 'endpoint_unknown' && methods && methods.length > 0) {
    return ` The path has ${methods.join(', ')}.`
  }
  return ''
}
