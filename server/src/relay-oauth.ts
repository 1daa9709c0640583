import type { Logger } from 'pino'
import { Agent, type Dispatcher, errors, request } from 'undici'
import { readBounded } from '#http/read-bounded.ts'

/** Hands OAuth requests of callers to a control plane: only that issues tokens. */
export type OAuthRelay = {
  readonly handle: (request: Request, caller: { readonly address: string }) => Promise<Response>
  readonly close: () => Promise<void>
}

export type OAuthRelayOptions = {
  /** Consoles of control planes, without a slash at the end. */
  readonly controlUrls: readonly string[]
  readonly nodeToken: string
  readonly log: Logger
}

/** What of a request says something to the OAuth endpoints. */
const REQUEST_HEADERS = ['accept', 'authorization', 'content-type', 'user-agent'] as const
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date'])
/** Somewhat more than the endpoints themselves accept, so that they are the ones to refuse. */
const BODY_BYTES_MAX = 128 * 1024
/** Tokens and metadata are far from it. */
const ANSWER_BYTES_MAX = 64 * 1024
const CONNECT_MS = 2_000
/** Comparing passwords has a queue, and the answer waits for gateways. */
const ANSWER_MS = 15_000

/** Asks the control planes in turn until one can be connected to. What was sent is never sent to a second one. */
export function createOAuthRelay({ controlUrls, nodeToken, log }: OAuthRelayOptions): OAuthRelay {
  const dispatcher = new Agent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    maxResponseSize: ANSWER_BYTES_MAX,
  })
  let preferred = 0
  return {
    close: () => dispatcher.close(),
    handle: async (given, { address }) => {
      const body = await readBounded(given.body, BODY_BYTES_MAX)
      if (body === undefined) return tooLarge()
      const headers = {
        ...chosenHeaders(given.headers),
        'stagedoor-node-token': nodeToken,
        'stagedoor-caller-address': address,
      }
      const { pathname, search } = new URL(given.url)
      for (let tried = 0; tried < controlUrls.length; tried += 1) {
        const at = (preferred + tried) % controlUrls.length
        const url = `${controlUrls[at]}/nodes/v1/oauth${pathname}${search}`
        try {
          const answer = await request(url, {
            method: given.method,
            headers,
            body: body.byteLength === 0 ? null : body,
            dispatcher,
          })
          preferred = at
          return await toResponse(answer, log)
        } catch (error) {
          log.warn({ code: codeOf(error) }, 'a control plane could not be asked for an OAuth answer')
          if (!wasNeverSent(error)) return unavailable()
        }
      }
      return unavailable()
    },
  }
}

function chosenHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    REQUEST_HEADERS.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}

async function toResponse(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  log: Logger,
): Promise<Response> {
  const bytes = await body.arrayBuffer()
  const passed = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name)) continue
    for (const each of typeof value === 'string' ? [value] : value) passed.append(name, each)
  }
  // Its own refusal of this gateway is no answer to the caller.
  if (passed.get('content-type')?.startsWith('application/problem+json')) {
    log.error({ status: statusCode }, 'a control plane does not take OAuth requests from this gateway')
    return unavailable()
  }
  return new Response(bytes.byteLength === 0 ? null : bytes, { status: statusCode, headers: passed })
}

/** Nothing of the request has left: there was no connection. */
function wasNeverSent(error: unknown): boolean {
  if (error instanceof errors.ConnectTimeoutError) return true
  const code = codeOf(error)
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

function unavailable(): Response {
  return refusal(503, 'temporarily_unavailable', 'Tokens cannot be issued or ended at the moment. Try again.')
}

function tooLarge(): Response {
  return refusal(413, 'invalid_request', 'The body is too large.')
}

function refusal(status: number, error: string, description: string): Response {
  return Response.json(
    { error, error_description: description },
    {
      status,
      headers: {
        'cache-control': 'no-store',
        pragma: 'no-cache',
        ...(status === 503 && { 'retry-after': '1' }),
      },
    },
  )
}
