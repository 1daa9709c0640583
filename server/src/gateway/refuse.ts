import type { ServerResponse } from 'node:http'
import type { Denied } from '@stagedoor/core/decision.ts'
import type { ProblemCode } from '#http/problems.ts'
import {
  type ODataAudience,
  odataProblemAnswer,
  odataRefusalAnswer,
  problemAnswer,
  type RefusalAnswer,
  refusalAnswer,
} from './refusal-answer.ts'

/** Answers a call that was decided against. */
export function sendRefusal(response: ServerResponse, denied: Denied, requestId: string): void {
  send(response, refusalAnswer(denied, requestId))
}

/** The same for a call to an OData service, readable for clients of OData as well. */
export function sendODataRefusal(
  response: ServerResponse,
  denied: Denied,
  options: { readonly requestId: string; readonly audience: ODataAudience },
): void {
  send(response, odataRefusalAnswer(denied, options))
}

/** Answers a call that could not be read, or could not be carried out. */
export function sendProblem(
  response: ServerResponse,
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string; readonly close?: boolean },
): void {
  const { requestId, detail, close } = options
  send(response, problemAnswer(code, { requestId, detail }), close ? { connection: 'close' } : {})
}

/** The same to whoever calls an OData service. */
export function sendODataProblem(
  response: ServerResponse,
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string; readonly audience: ODataAudience },
): void {
  send(response, odataProblemAnswer(code, options), { connection: 'close' })
}

function send(
  response: ServerResponse,
  { status, headers, body }: RefusalAnswer,
  further: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { ...headers, ...further, 'content-length': bytes.length })
  response.end(bytes)
}
