import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Match, type MatchedEndpoint, match } from '@stagedoor/core/catalog/matcher.ts'
import { type Addressed, decide, type Facts, refuseCaller } from '@stagedoor/core/decide.ts'
import type { Allowed, Decision, Denied } from '@stagedoor/core/decision.ts'
import { writeQuery } from '@stagedoor/core/target.ts'
import { requestId as newRequestId } from '#http/request-id.ts'
import { identify } from '#policy/identify.ts'
import { type Call, describeCause, type ExchangeDeps, identity } from './call.ts'
import { countUse } from './count-use.ts'
import { forward } from './forward.ts'
import { toCallerHeaders, toUpstreamHeaders } from './forwarded-headers.ts'
import { exchangeOData } from './odata/exchange-odata.ts'
import { passOn } from './pass-on.ts'
import { sendProblem, sendRefusal } from './refuse.ts'
import { discardBody, passWhile, type RequestBody, readBody } from './request-body.ts'
import { type RequestHead, readHead } from './request-head.ts'

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
  const callerNow = (): Omit<Facts, 'addressed'> => {
    const presented = identify(deps.policy, head.token)
    const knowledge = deps.knowledgeOf(presented.credential?.tenantId)
    return { now: deps.now(), ...presented, knowledge }
  }
  const caller = callerNow()
  const { credential, now } = caller
  const refused = refuseCaller(caller)
  if (refused) return refuse(deps, call, refused, undefined)
  // Catalogs belong to a tenant, and the tenant is known through the token only.
  const found = match(deps.policy.matchersOf(credential?.tenantId ?? ''), head.method, head.target)
  if (found.kind === 'odata')
    return await exchangeOData(deps, call, { head, callerNow, matcher: found.matcher })
  const addressed = toAddressed(found)
  const decision = decide({ ...caller, addressed })
  if (decision.outcome !== 'allow' || found.kind !== 'endpoint') {
    if (decision.outcome === 'deny') return refuse(deps, call, decision, found)
    throw new Error('a call was allowed that addresses no endpoint')
  }
  countUse(deps.use, decision, now)
  if (head.expectsContinue) response.writeContinue()
  const decideAgain = (): Decision => decide({ ...callerNow(), addressed })
  await carryOut(deps, call, { head, decision, match: found, decideAgain })
}

function toAddressed(found: Exclude<Match, { readonly kind: 'odata' }>): Addressed {
  if (found.kind === 'endpoint') return { kind: 'endpoint', endpoint: found.form.endpoint }
  return { kind: 'unknown', methods: found.kind === 'unknown' ? found.methods : [] }
}

type Decided = {
  readonly head: RequestHead
  readonly decision: Allowed
  readonly match: MatchedEndpoint
  /** By what is known at that moment. */
  readonly decideAgain: () => Decision
}

async function carryOut(
  deps: ExchangeDeps,
  call: Call,
  { head, decision, match, decideAgain }: Decided,
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
