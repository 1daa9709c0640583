import type { Denied } from '@stagedoor/core/decision.ts'
import { type Call, describeCause, type ExchangeDeps, identity } from './call.ts'
import { broke } from './fault.ts'
import { callerOf, type ForwardedCall } from './forward.ts'
import { writeCaller, writeForwarded } from './forwarded-headers.ts'
import { writeForwardedTarget } from './forwarded-target.ts'
import { type AllowedCall, decideAgain } from './judge-call.ts'
import { sendProblem } from './refuse.ts'
import { refuseCall } from './refuse-call.ts'
import { type Relayed, relay } from './relay.ts'
import { passWhile, readBody } from './request-body.ts'
import type { UpstreamBody } from './upstream/exchange-upstream.ts'
import type { Upstream } from './upstream.ts'
import type { ForwardProblem } from './upstream-problem.ts'

/** What came of a call while its body was on its way. */
type Meanwhile = { denied: Denied | undefined }

/** A call on its way, and all that its end needs. */
type Carried = Relayed & {
  readonly deps: ExchangeDeps
  readonly call: Call
  readonly allowed: AllowedCall
  /** Why nothing more of the body went upstream, where that was refused meanwhile. */
  readonly meanwhile: Meanwhile
}

const NO_BODY: UpstreamBody = { kind: 'none' }
const NOTHING_MEANWHILE: Meanwhile = { denied: undefined }

/** Carries out a call that was allowed: its canonical form goes upstream, and the answer to the caller. */
export function carryOut(deps: ExchangeDeps, call: Call, allowed: AllowedCall): void {
  const { decision, match, head } = allowed
  const upstream = deps.upstreamOf(decision.tenantId, match.matcher.catalog.id)
  if (!upstream)
    throw new Error(`tenant ${decision.tenantId} has no upstream for catalog ${match.matcher.catalog.id}`)
  const forwarded = toForwarded(call, allowed, upstream)
  if (head.expectsContinue) call.answer.writeContinue()
  if (head.hasBody) return sendWithBody(deps, call, allowed, forwarded)
  return relay(carry({ deps, call, allowed, meanwhile: NOTHING_MEANWHILE }, forwarded, NO_BODY))
}

function toForwarded(
  { request, requestId }: Call,
  { head, decision, match }: AllowedCall,
  upstream: Upstream,
): ForwardedCall {
  const caller = {
    address: request.remoteAddress,
    host: head.host,
    isSecure: request.isSecure,
    requestId,
    mount: match.matcher.catalog.mount,
  }
  return {
    upstream,
    method: head.method,
    caller: callerOf(decision, request.remoteAddress),
    target: writeForwardedTarget(match, head.target),
    lines: writeForwarded(head.fields, upstream.signIn.kinds) + writeCaller(decision, caller),
  }
}

type Whose = Pick<Carried, 'deps' | 'call' | 'allowed' | 'meanwhile'>

function carry(
  { deps, call, allowed, meanwhile }: Whose,
  forwarded: ForwardedCall,
  body: UpstreamBody,
): Carried {
  const { matcher, upstreamPrefix } = allowed.match
  return {
    deps,
    call,
    allowed,
    meanwhile,
    forwarded,
    body,
    answer: call.answer,
    requestId: call.requestId,
    mount: matcher.catalog.mount,
    upstreamPrefix,
    onOver,
  }
}

/** A body may take minutes to come. Whoever is refused meanwhile has nothing carried out any more. */
function sendWithBody(deps: ExchangeDeps, call: Call, allowed: AllowedCall, forwarded: ForwardedCall): void {
  const meanwhile: Meanwhile = { denied: undefined }
  const isAllowed = (): boolean => {
    const again = decideAgain(deps, allowed)
    if (again.outcome === 'deny') meanwhile.denied = again
    return again.outcome === 'allow'
  }
  readBody(call.request)
    .then((body) => {
      if (body.kind !== 'stream' && !isAllowed() && meanwhile.denied)
        return refuseCall(deps, call, meanwhile.denied, allowed.match)
      const passed = body.kind === 'stream' ? { ...body, content: passWhile(body.content, isAllowed) } : body
      return relay(carry({ deps, call, allowed, meanwhile }, forwarded, passed))
    })
    .catch((error: unknown) => {
      // The caller went away, or broke off its body, which its connection has answered.
      if (!call.answer.isClosed() && !call.answer.isHeadSent()) broke(deps, call, error)
    })
}

function onOver(this: Carried, problem: ForwardProblem | undefined): void {
  const { deps, call, allowed, meanwhile } = this
  const { answer } = call
  const { denied } = meanwhile
  if (denied && !answer.isHeadSent() && !answer.isClosed())
    return refuseCall(deps, call, denied, allowed.match)
  return report(deps, call, allowed, problem)
}

function report(
  { log }: ExchangeDeps,
  { answer, requestId }: Call,
  { decision }: AllowedCall,
  problem: ForwardProblem | undefined,
): void {
  if (!problem) {
    if (log.isLevelEnabled('debug'))
      log.debug({ requestId, ...identity(decision), status: answer.status() }, 'allowed')
    return
  }
  const { code, detail, cause } = problem
  log.warn({ requestId, ...identity(decision), code, cause: describeCause(cause) }, 'the upstream failed')
  if (!answer.isClosed()) sendProblem(answer, code, { requestId, detail, close: true })
}
