import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { describeCause } from '#gateway/call.ts'
import { problemAnswer } from '#gateway/refusal-answer.ts'
import { requestId as newRequestId } from '#http/request-id.ts'
import { type Answer, narrowAnswer, openAnswer, sendAnswer } from './answer.ts'
import { type AskedCall, askedByHeaders, askedByPath } from './asked-call.ts'
import type { DecisionDeps } from './deps.ts'
import { answerForwardAuth, answerRefusal, type Write } from './forward-auth.ts'
import { answerDecision } from './json-decision.ts'

/** Where proxies and programs ask. */
const PATHS = {
  /** Refusals have their own status and body: Caddy, HAProxy, Traefik and others that pass them on. */
  open: '/v1/forward-auth',
  /** Refusals are 401 or 403 and nothing else. */
  nginx: '/v1/forward-auth/nginx',
  /** The refusal of a call that was just refused. */
  refusal: '/v1/forward-auth/refusal',
  /** The target follows this one: Envoy. */
  prefix: '/v1/forward-auth/path',
  json: '/v1/decisions',
} as const

/** A head of the caller's that the gateway would read, and once more its target. */
const LIMITS = { headBytesMax: 32_768, headTimeoutMs: 10_000, requestTimeoutMs: 10_000 } as const

/** The server that decides calls which others carry out, not yet listening. */
export function createDecisions(deps: DecisionDeps): Server {
  return createServer(
    {
      maxHeaderSize: LIMITS.headBytesMax,
      headersTimeout: LIMITS.headTimeoutMs,
      requestTimeout: LIMITS.requestTimeoutMs,
      insecureHTTPParser: false,
    },
    (request, response) => void serve(deps, request, response),
  )
}

/** Answers one request. Never rejects; whatever breaks is a refusal. */
async function serve(deps: DecisionDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = newRequestId(deps.randomBytes)
  try {
    sendAnswer(response, await answer(deps, request, requestId), requestId)
  } catch (error) {
    if (!request.complete && request.destroyed) return
    deps.log.error({ err: describeCause(error), requestId }, 'a decision broke')
    if (response.headersSent) return void response.destroy()
    const detail = 'Something broke inside Stagedoor.'
    sendAnswer(response, openAnswer(problemAnswer('internal_error', { requestId, detail })), requestId)
  }
}

async function answer(deps: DecisionDeps, request: IncomingMessage, requestId: string): Promise<Answer> {
  const { method = '', url: target = '', rawHeaders } = request
  const asking = { method, target, rawHeaders }
  // Proxies may leave the caller's query there; it is not looked at.
  const path = target.split('?', 1)[0] ?? ''
  const write: Write = path === PATHS.nginx ? narrowAnswer : openAnswer
  if (!deps.isTrusted(request.socket.remoteAddress ?? '')) {
    deps.log.warn({ requestId, address: request.socket.remoteAddress }, 'refused: none of trustedProxies')
    const detail = 'Its address is not among "decisions.trustedProxies" of the settings.'
    return write(problemAnswer('proxy_not_trusted', { requestId, detail }))
  }
  if (path === PATHS.json) return await answerDecision(deps, request, requestId)
  const asked = askedBy(deps, asking, path)
  if (!asked) {
    const detail = `With "decisions.callIn": "${deps.callIn}" there is nothing at this path.`
    return openAnswer(problemAnswer('not_found', { requestId, detail }))
  }
  if (!asked.ok) deps.log.warn({ requestId, detail: asked.detail }, 'refused: no clear call')
  if (path === PATHS.refusal) return answerRefusal(deps, asked, requestId)
  return answerForwardAuth(deps, asked, { requestId, write })
}

/** Which call is asked about; undefined where nobody is answered at this path. */
function askedBy(
  { callIn }: DecisionDeps,
  asking: Parameters<typeof askedByPath>[0],
  path: string,
): AskedCall | undefined {
  if (callIn === 'path')
    return asking.target.startsWith(`${PATHS.prefix}/`) ? askedByPath(asking, PATHS.prefix) : undefined
  const isOne = path === PATHS.open || path === PATHS.nginx || path === PATHS.refusal
  return isOne ? askedByHeaders(asking, callIn) : undefined
}
