import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { RequestBody } from './request-body.ts'
import { headerClass } from './request-head.ts'
import { SignInError } from './sign-in/sign-in.ts'
import type { Upstream } from './upstream.ts'

/** A call as it goes upstream: written anew from what was decided. */
export type ForwardedCall = {
  readonly upstream: Upstream
  readonly method: string
  /** Path and query, canonical, below the upstream's base path. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | string[]>>
}

/** What an upstream answered, its body not read yet. */
export type UpstreamAnswer = {
  readonly status: number
  /** Names and values, alternating. */
  readonly rawHeaders: readonly string[]
  readonly body: Readable
}

/** How a call is carried out. */
export type Carriage = {
  /** Gives the body once it is certain that it is wanted. Rejects if the caller goes away. */
  readonly body: () => Promise<RequestBody>
  readonly response: ServerResponse
  /** Sends the answer to the caller, or says why it must not be sent; then nothing of it has been. */
  readonly deliver: (answer: UpstreamAnswer) => Promise<ForwardProblem | undefined>
}

export type ForwardProblem = {
  readonly code:
    | 'upstream_unreachable'
    | 'upstream_timeout'
    | 'upstream_answer_invalid'
    | 'upstream_reveals_more'
    | 'upstream_sign_in_failed'
    | 'overloaded'
  readonly detail: string
  readonly cause: unknown
}

/**
 * Sends a call upstream and has the answer delivered.
 * @returns undefined once the answer has been sent, or has been cut because it broke off; a problem if none began
 */
export async function forward(
  call: ForwardedCall,
  { body, response, deliver }: Carriage,
): Promise<ForwardProblem | undefined> {
  const abort = new AbortController()
  response.once('close', () => abort.abort())
  try {
    const answer = await ask(call, await body(), abort.signal)
    // An upstream without sign-in answers 401 for reasons of its own, which are the caller's to know.
    if (answer.statusCode === 401 && call.upstream.signsIn) {
      answer.body.on('error', () => undefined).destroy()
      return signInFailed('The upstream refused the sign-in of the gateway.', undefined)
    }
    const problem = await deliver({
      status: answer.statusCode,
      rawHeaders: rawHeaders(answer),
      body: answer.body,
    })
    if (problem) answer.body.on('error', () => undefined).destroy()
    return problem
  } catch (error) {
    if (response.headersSent || abort.signal.aborted) {
      // Half an answer must not look like a whole one: the connection is cut.
      response.destroy()
      return undefined
    }
    return toProblem(error)
  }
}

type Answer = Dispatcher.ResponseData

async function ask(call: ForwardedCall, body: RequestBody, signal: AbortSignal): Promise<Answer> {
  const { upstream } = call
  const signIn = await upstream.signIn.headers()
  const answer = await send(call, body, { signIn, signal })
  if (answer.statusCode !== 401 || !upstream.signIn.refused(signIn) || body.kind === 'stream') return answer
  await answer.body.dump()
  return send(call, body, { signIn: await upstream.signIn.headers(), signal })
}

type SendOptions = { readonly signIn: Readonly<Record<string, string>>; readonly signal: AbortSignal }

async function send(call: ForwardedCall, body: RequestBody, options: SendOptions): Promise<Answer> {
  const attempt = (): Promise<Answer> =>
    call.upstream.pool.request({
      path: call.upstream.basePath + call.target,
      method: call.method,
      headers: {
        ...withoutLookAlikes(call.headers, options.signIn),
        ...options.signIn,
        host: call.upstream.host,
      },
      body: body.kind === 'none' ? null : body.content,
      signal: options.signal,
      responseHeaders: 'raw',
    })
  try {
    return await attempt()
  } catch (error) {
    // A kept-alive connection that the upstream closed as the request left: asking again is safe for these two.
    const isSafe = call.method === 'GET' || call.method === 'HEAD'
    if (isSafe && errorCode(error) === 'UND_ERR_SOCKET' && !options.signal.aborted) return attempt()
    throw error
  }
}

/** The caller's `x_key` must not stand beside the gateway's own `x-key`: some upstreams read the two as one. */
function withoutLookAlikes(
  headers: ForwardedCall['headers'],
  signIn: SendOptions['signIn'],
): ForwardedCall['headers'] {
  const own = new Set(Object.keys(signIn).map(headerClass))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(headerClass(name))))
}

/** With `responseHeaders: 'raw'` undici gives names and values alternating, which its types do not say. */
function rawHeaders(answer: Answer): readonly string[] {
  const headers: unknown = answer.headers
  return Array.isArray(headers) ? headers.map(String) : []
}

function signInFailed(detail: string, cause: unknown): ForwardProblem {
  return { code: 'upstream_sign_in_failed', detail, cause }
}

function toProblem(error: unknown): ForwardProblem {
  if (error instanceof SignInError)
    return signInFailed('The gateway could not sign in at the upstream.', error)
  switch (errorCode(error)) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return { code: 'upstream_timeout', detail: 'The upstream did not answer in time.', cause: error }
    case 'UND_ERR_SOCKET':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { code: 'upstream_unreachable', detail: 'The upstream could not be reached.', cause: error }
    default:
      return {
        code: 'upstream_answer_invalid',
        detail: 'The upstream gave no answer that could be passed on.',
        cause: error,
      }
  }
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : errorCode(error.cause)
}
