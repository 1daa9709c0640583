import type { ServerResponse } from 'node:http'
import { type Denied, REFUSALS } from '@stagedoor/core/decision.ts'
import { type ProblemCode, problemBody, refusalBody } from '#http/problems.ts'

const REALM = 'Bearer realm="Stagedoor"'

/** Answers a call that was decided against: status, challenge and words come from the one table of reasons. */
export function sendRefusal(response: ServerResponse, denied: Denied, requestId: string): void {
  const { status, title, detail, oauthError } = toRefusal(denied)
  const challenge =
    oauthError === undefined ? REALM : `${REALM}, error="${oauthError}", error_description="${title}"`
  const body = refusalBody(denied, { status, title, detail, requestId })
  send(response, status, body, status === 404 ? {} : { 'www-authenticate': challenge })
}

function toRefusal(denied: Denied): { status: number; title: string; detail: string; oauthError?: string } {
  const refusal = REFUSALS[denied.reason]
  return { ...refusal, detail: refusal.detail + specifics(denied) }
}

function specifics({ reason, endpoint, further, methods }: Denied): string {
  if (reason === 'endpoint_not_allowed' && endpoint) {
    return ` It is ${endpoint.operation} (${endpoint.method} ${endpoint.path}).`
  }
  if (reason === 'odata_reach_unknown' && further) return ` They are: ${further.join(', ')}.`
  if (reason === 'endpoint_unknown' && methods && methods.length > 0) {
    return ` The path has ${methods.join(', ')}.`
  }
  return ''
}

/** Answers a call that could not be read, or could not be carried out. */
export function sendProblem(
  response: ServerResponse,
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string; readonly close?: boolean },
): void {
  const { status, body } = problemBody({ code, requestId: options.requestId, detail: options.detail })
  send(response, status, body, {
    ...(options.close && { connection: 'close' }),
    ...((code === 'token_presented_twice' || code === 'token_in_query') && {
      'www-authenticate': `${REALM}, error="invalid_request"`,
    }),
  })
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string>): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/problem+json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}
