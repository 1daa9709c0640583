import type { Allowed, Denied } from '@stagedoor/core/decision.ts'
import { type Call, describeCause, type ExchangeDeps, identity } from './call.ts'
import { broke } from './fault.ts'
import type { ForwardedCall } from './forward.ts'
import { toCallerFields, writeCaller, writeForwarded } from './forwarded-headers.ts'
import { writeForwardedTarget } from './forwarded-target.ts'
import type { AllowedCall } from './judge-call.ts'
import { turnLocation } from './locations.ts'
import { sendProblem } from './refuse.ts'
import { relay } from './relay.ts'
import { passWhile, readBody } from './request-body.ts'
import type { UpstreamBody } from './upstream/exchange-upstream.ts'
import type { Upstream } from './upstream.ts'
import type { ForwardProblem } from './upstream-problem.ts'

export type Decided = {
  readonly allowed: AllowedCall
  readonly refuse: (denied: Denied) => void
}

/** Carries out a call that was allowed: its canonical form goes upstream, and the answer to the caller. */
export function carryOut(deps: ExchangeDeps, call: Call, decided: Decided): void {
  const { decision, match, head } = decided.allowed
  const upstream = deps.upstreamOf(decision.tenantId, match.matcher.catalog.id)
  if (!upstream)
    throw new Error(`tenant ${decision.tenantId} has no upstream for catalog ${match.matcher.catalog.id}`)
  const forwarded = toForwarded(call, decided.allowed, upstream)
  if (head.expectsContinue) call.answer.writeContinue()
  if (!head.hasBody)
    return send(deps, call, decided, { forwarded, body: { kind: 'none' }, denied: () => undefined })
  sendWithBody(deps, call, decided, forwarded)
  return undefined
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
    caller: `${decision.credentialId} ${request.remoteAddress}`,
    target: writeForwardedTarget(match, head.target),
    lines: writeForwarded(head.fields, upstream.signIn.kinds) + writeCaller(decision, caller),
  }
}

type Sent = {
  readonly forwarded: ForwardedCall
  readonly body: UpstreamBody
  /** Why nothing more of the body went upstream, where that was refused meanwhile. */
  readonly denied: () => Denied | undefined
}

function send(deps: ExchangeDeps, call: Call, decided: Decided, { forwarded, body, denied }: Sent): void {
  const { answer, requestId } = call
  const { upstream } = forwarded
  const { matcher, upstreamPrefix } = decided.allowed.match
  relay({
    forwarded,
    body,
    answer,
    fieldsFor: (given) =>
      turnLocation(toCallerFields(given, requestId), {
        upstream,
        mount: matcher.catalog.mount,
        upstreamPrefix,
      }),
    onOver: (problem) => {
      const refused = denied()
      if (refused && !answer.isHeadSent() && !answer.isClosed()) decided.refuse(refused)
      else report(deps, call, decided.allowed.decision, problem)
    },
  })
}

/** A body may take minutes to come. Whoever is refused meanwhile has nothing carried out any more. */
function sendWithBody(deps: ExchangeDeps, call: Call, decided: Decided, forwarded: ForwardedCall): void {
  const meanwhile: { denied?: Denied } = {}
  const isAllowed = (): boolean => {
    const again = decided.allowed.decideAgain()
    if (again.outcome === 'deny') meanwhile.denied = again
    return again.outcome === 'allow'
  }
  readBody(call.request)
    .then((body) => {
      if (body.kind !== 'stream' && !isAllowed() && meanwhile.denied) return decided.refuse(meanwhile.denied)
      const passed = body.kind === 'stream' ? { ...body, content: passWhile(body.content, isAllowed) } : body
      return send(deps, call, decided, { forwarded, body: passed, denied: () => meanwhile.denied })
    })
    .catch((error: unknown) => {
      // The caller went away, or broke off its body, which its connection has answered.
      if (!call.answer.isClosed() && !call.answer.isHeadSent()) broke(deps, call, error)
    })
}

function report(
  { log }: ExchangeDeps,
  { answer, requestId }: Call,
  decision: Allowed,
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
