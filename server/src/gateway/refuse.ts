import type { Denied } from '@stagedoor/core/decision.ts'
import type { ProblemCode } from '#http/problems.ts'
import type { AnswerOptions, CallerAnswer } from './caller/caller-call.ts'
import { toFields } from './fields.ts'
import {
  type ODataAudience,
  odataProblemAnswer,
  odataRefusalAnswer,
  problemAnswer,
  type RefusalAnswer,
  refusalAnswer,
} from './refusal-answer.ts'

/** Answers a call that was decided against. */
export function sendRefusal(answer: CallerAnswer, denied: Denied, requestId: string): void {
  send(answer, refusalAnswer(denied, requestId))
}

/** The same for a call to an OData service, readable for clients of OData as well. */
export function sendODataRefusal(
  answer: CallerAnswer,
  denied: Denied,
  options: { readonly requestId: string; readonly audience: ODataAudience },
): void {
  send(answer, odataRefusalAnswer(denied, options))
}

/** Answers a call that could not be read, or could not be carried out. */
export function sendProblem(
  answer: CallerAnswer,
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string; readonly close?: boolean },
): void {
  const { requestId, detail, close } = options
  send(answer, problemAnswer(code, { requestId, detail }), { close: close === true })
}

/** The same to whoever calls an OData service. */
export function sendODataProblem(
  answer: CallerAnswer,
  code: ProblemCode,
  options: { readonly requestId: string; readonly detail: string; readonly audience: ODataAudience },
): void {
  send(answer, odataProblemAnswer(code, options), { close: true })
}

function send(answer: CallerAnswer, { status, headers, body }: RefusalAnswer, options?: AnswerOptions): void {
  const bytes = Buffer.from(JSON.stringify(body))
  const fields = toFields({ ...headers, 'x-request-id': body.requestId, 'content-length': bytes.length })
  answer.writeHead(status, fields, options)
  answer.end(bytes)
}
