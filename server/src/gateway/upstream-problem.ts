import { SignInError } from './sign-in/sign-in.ts'
import { UpstreamError } from './upstream/exchange-upstream.ts'

/** Why a call that was allowed has no answer of its upstream's. */
export type ForwardProblem = {
  readonly code:
    | 'upstream_unreachable'
    | 'upstream_timeout'
    | 'upstream_answer_invalid'
    | 'upstream_reveals_more'
    | 'upstream_sign_in_failed'
    | 'overloaded'
  readonly detail: string
  /** For the log. */
  readonly cause: unknown
}

/** The upstream took the gateway for somebody who may not. */
export function signInRefused(): ForwardProblem {
  return signInFailed('The upstream refused the sign-in of the gateway.', undefined)
}

/** What the caller is told of a failure between the gateway and its upstream. */
export function toProblem(error: unknown): ForwardProblem {
  if (error instanceof SignInError)
    return signInFailed('The gateway could not sign in at the upstream.', error)
  switch (error instanceof UpstreamError ? error.code : undefined) {
    case 'timeout':
      return { code: 'upstream_timeout', detail: 'The upstream did not answer in time.', cause: error }
    case 'unreachable':
      return { code: 'upstream_unreachable', detail: 'The upstream could not be reached.', cause: error }
    case 'overloaded':
      return {
        code: 'overloaded',
        detail: 'Too many calls wait for this upstream. Try again in a second.',
        cause: error,
      }
    default:
      return {
        code: 'upstream_answer_invalid',
        detail: 'The upstream gave no answer that could be passed on.',
        cause: error,
      }
  }
}

function signInFailed(detail: string, cause: unknown): ForwardProblem {
  return { code: 'upstream_sign_in_failed', detail, cause }
}
