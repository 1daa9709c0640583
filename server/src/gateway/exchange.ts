import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Match } from '@stagedoor/core/catalog/matcher.ts'
import type { Allowed, Denied } from '@stagedoor/core/decision.ts'
import { writeQuery } from '@stagedoor/core/target.ts'
import type { Logger } from 'pino'
import { requestId as newRequestId } from '#http/request-id.ts'
import { authorize } from '#policy/authorize.ts'
import type { Policy } from '#policy/policy.ts'
import { forward } from './forward.ts'
import { toUpstreamHeaders } from './forwarded-headers.ts'
import { sendProblem, sendRefusal } from './refuse.ts'
import { discardBody } from './request-body.ts'
import { type RequestHead, readHead } from './request-head.ts'
import type { Upstream } from './upstream.ts'

export type ExchangeDeps = {
  readonly policy: Policy
  /** The upstream of a tenant's catalog. */
  readonly upstreamOf: (tenantId: string, catalogId: string) => Upstream | undefined
  /** That a token was used, for its owner to see. */
  readonly noteTokenUse: (tokenId: string, now: number) => void
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
}

type Routed = Extract<Match, { readonly kind: 'endpoint' | 'beyond' }>

/** One call, from the head that was read to the answer that was sent. Never rejects. */
export async function exchange(
  deps: ExchangeDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = newRequestId(deps.randomBytes)
  response.setHeader('x-request-id', requestId)
  try {
    await answer(deps, { request, response, requestId })
  } catch (error) {
    deps.log.error({ err: error, requestId }, 'a call broke')
    if (response.headersSent) response.destroy()
    else
      sendProblem(response, 'internal_error', {
        requestId,
        detail: 'Something broke inside Stagedoor.',
        close: true,
      })
  }
}

type Call = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
}

async function answer(deps: ExchangeDeps, { request, response, requestId }: Call): Promise<void> {
  const read = readHead({
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
  })
  if (!read.ok) {
    deps.log.info({ requestId, code: read.problem.code }, 'refused: not read')
    discardBody(request)
    sendProblem(response, read.problem.code, { requestId, detail: read.problem.detail, close: true })
    return
  }
  const { head } = read
  const now = deps.now()
  const { decision, match } = authorize(deps.policy, head, { now })
  if (decision.tokenId !== undefined) deps.noteTokenUse(decision.tokenId, now)
  if (decision.outcome !== 'allow' || (match?.kind !== 'endpoint' && match?.kind !== 'beyond')) {
    discardBody(request)
    if (decision.outcome === 'deny') refuse(deps, { requestId, response }, decision, match)
    else sendProblem(response, 'internal_error', { requestId, detail: 'The decision names no endpoint.' })
    return
  }
  if (head.expectsContinue) response.writeContinue()
  await carryOut(deps, { request, response, requestId }, { head, decision, match })
}

type Decided = { readonly head: RequestHead; readonly decision: Allowed; readonly match: Routed }

async function carryOut(deps: ExchangeDeps, call: Call, { head, decision, match }: Decided): Promise<void> {
  const { request, response, requestId } = call
  const { catalog } = match.matcher
  const upstream = deps.upstreamOf(decision.tenantId, catalog.id)
  if (!upstream) throw new Error(`tenant ${decision.tenantId} has no upstream for catalog ${catalog.id}`)
  const query = writeQuery(head.target.query)
  const problem = await forward(
    {
      upstream,
      method: head.method,
      target: match.upstreamPath + (query === '' ? '' : `?${query}`),
      headers: toUpstreamHeaders(head.headers, decision, {
        odata: catalog.kind === 'odata',
        caller: {
          address: request.socket.remoteAddress ?? '',
          host: request.headers.host ?? '',
          requestId,
          mount: catalog.mount,
        },
      }),
      hasBody: head.hasBody,
      requestId,
      mount: catalog.mount,
      upstreamPrefix: match.upstreamPrefix,
    },
    request,
    response,
  )
  const facts = { requestId, ...identity(decision) }
  if (!problem) {
    deps.log.debug({ ...facts, status: response.statusCode }, 'allowed')
    return
  }
  deps.log.warn({ ...facts, code: problem.code, cause: describeCause(problem.cause) }, 'the upstream failed')
  sendProblem(response, problem.code, { requestId, detail: problem.detail, close: true })
}

function refuse(
  deps: ExchangeDeps,
  { requestId, response }: Omit<Call, 'request'>,
  denied: Denied,
  match: Match | undefined,
): void {
  deps.log.info({ requestId, ...identity(denied), reason: denied.reason }, 'refused')
  if (denied.reason === 'endpoint_unknown' && match?.kind === 'ambiguous') {
    sendProblem(response, 'target_ambiguous', {
      requestId,
      detail: `The request is ambiguous: ${match.problem}.`,
    })
  } else sendRefusal(response, denied, requestId)
}

/** What a log line may say of a call: ids, never a token and never the target, whose keys and filters are data. */
function identity({ tenantId, credentialId, tokenId, endpoint }: Allowed | Denied): object {
  return { tenantId, credentialId, tokenId, endpoint: endpoint?.id }
}

function describeCause(cause: unknown): string {
  const first = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return first instanceof Error ? `${first.name}: ${first.message}` : String(first)
}
