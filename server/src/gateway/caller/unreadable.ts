import type { WireProblem } from '#gateway/wire/head.ts'

/** A request that the connection itself answers: it cannot be read, or does not come. */
export type ConnectionProblem = {
  readonly code: WireProblem['code'] | 'request_too_slow'
  readonly detail: string
}

/** The whole answer: application/problem+json. */
export type AnswerProblem = (problem: ConnectionProblem) => { readonly status: number; readonly body: string }

export const HEAD_TOO_SLOW: ConnectionProblem = {
  code: 'request_too_slow',
  detail: 'The head of the request took too long to arrive.',
}

export const BODY_TOO_SLOW: ConnectionProblem = {
  code: 'request_too_slow',
  detail: 'The body of the request took too long to arrive.',
}

export const ENDS_EARLY: ConnectionProblem = {
  code: 'request_malformed',
  detail: 'The connection ended before the request did.',
}
