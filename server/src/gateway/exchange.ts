import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Match } from '@stagedoor/core/catalog/matcher.ts'
import type { Denied } from '@stagedoor/core/decision.ts'
import { writeQuery } from '@stagedoor/core/target.ts'
import { requestId as newRequestId } from '#http/request-id.ts'
import { type Call, describeCause, type ExchangeDeps, identity } from './call.ts'
import { countUse } from './count-use.ts'
import { forward } from './forward.ts'
import { toCallerHeaders, toUpstreamHeaders } from './forwarded-headers.ts'
import { type AllowedCall, judgeCall } from './judge-call.ts'
import { exchangeOData } from './odata/exchange-odata.ts'
import { passOn } from './pass-on.ts'
import { sendProblem, sendRefusal } from './refuse.ts'
import { discardBody, passWhile, type RequestBody, readBody } from './request-body.ts'

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

async function answer(deps: ExchangeDeps, call: Call): Promise<void> {
  const { request, response, requestId } = call
  const judged = judgeCall(deps, {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
  })
  switch (judged.kind) {
    case 'unread': {
      const { code, detail } = judged.problem
      deps.log.info({ requestId, code }, 'refused: not read')
      discardBody(request)
      return sendProblem(response, code, { requestId, detail, close: true })
    }
    case 'refused':
      return refuse(deps, call, judged.denied, judged.match)
    case 'odata':
      return await exchangeOData(deps, call, judged)
    case 'allowed':
      countUse(deps.use, judged.decision, deps.now())
      if (judged.head.expectsContinue) response.writeContinue()
      return await carryOut(deps, call, judged)
  }
}

async function carryOut(
  deps: ExchangeDeps,
  call: Call,
  { head, decision, match, decideAgain }: AllowedCall,
): Promise<void> {
  const { request, response, requestId } = call
  const { catalog } = match.matcher
  const upstream = deps.upstreamOf(decision.tenantId, catalog.id)
  if (!upstream) throw new Error(`tenant ${decision.tenantId} has no upstream for catalog ${catalog.id}`)
  const query = writeQuery(head.target.query)
  const { mount } = catalog
  // A body may take minutes to come. Whoever is refused meanwhile has nothing carried out any more.
  const meanwhile: { denied?: Denied } = {}
  const isAllowed = (): boolean => {
    const again = decideAgain()
    if (again.outcome === 'deny') meanwhile.denied = again
    return again.outcome === 'allow'
  }
  const problem = await forward(
    {
      upstream,
      method: head.method,
      target: match.upstreamPath + (query === '' ? '' : `?${query}`),
      headers: toUpstreamHeaders(head.headers, decision, {
        address: request.socket.remoteAddress ?? '',
        host: request.headers.host ?? '',
        requestId,
        mount,
      }),
    },
    {
      body: () => (head.hasBody ? bodyWhile(request, isAllowed) : Promise.resolve({ kind: 'none' })),
      response,
      deliver: (given) =>
        passOn(given, response, {
          headers: toCallerHeaders(given.rawHeaders, requestId),
          places: { upstream, mount, upstreamPrefix: match.upstreamPrefix },
        }),
    },
  )
  const { denied } = meanwhile
  if (denied && !response.headersSent && !response.destroyed) return refuse(deps, call, denied, match)
  const facts = { requestId, ...identity(decision) }
  if (!problem) {
    deps.log.debug({ ...facts, status: response.statusCode }, 'allowed')
    return
  }
  deps.log.warn({ ...facts, code: problem.code, cause: describeCause(problem.cause) }, 'the upstream failed')
  sendProblem(response, problem.code, { requestId, detail: problem.detail, close: true })
}

/** Rejects where the call is refused by the time that the body is there; a streamed one errors. */
async function bodyWhile(request: IncomingMessage, isAllowed: () => boolean): Promise<RequestBody> {
  const body = await readBody(request)
  if (body.kind === 'stream') return { kind: 'stream', content: passWhile(body.content, isAllowed) }
  if (!isAllowed()) throw new Error('the call is refused by now')
  return body
}

function refuse(
  deps: ExchangeDeps,
  { request, requestId, response }: Call,
  denied: Denied,
  match: Match | undefined,
): void {
  countUse(deps.use, denied, deps.now())
  deps.log.info({ requestId, ...identity(denied), reason: denied.reason }, 'refused')
  discardBody(request)
  if (denied.reason === 'endpoint_unknown' && match?.kind === 'ambiguous') {
    sendProblem(response, 'target_ambiguous', {
      requestId,
      detail: `The request is ambiguous: ${match.problem}.`,
    })
  } else sendRefusal(response, denied, requestId)
}
