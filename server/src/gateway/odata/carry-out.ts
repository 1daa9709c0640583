import { refuseCaller } from '@stagedoor/core/decide.ts'
import type { ServiceAddresses } from '@stagedoor/core/odata/answer/links.ts'
import { askUpstream, type UpstreamAnswer } from '#gateway/ask-upstream.ts'
import { describeCause, identity } from '#gateway/call.ts'
import { countUse } from '#gateway/count-use.ts'
import { toFields } from '#gateway/fields.ts'
import { callerOf } from '#gateway/forward.ts'
import { writeCaller, writeForwarded } from '#gateway/forwarded-headers.ts'
import { sendODataProblem } from '#gateway/refuse.ts'
import { passWhile } from '#gateway/request-body.ts'
import type { ForwardProblem } from '#gateway/upstream-problem.ts'
import { toFieldSection } from '#gateway/wire/field-section.ts'
import type { Desk } from './desk.ts'
import type { ODataCall } from './read-call.ts'
import type { Ready } from './resource-body.ts'
import { placesOf } from './service-places.ts'
import { toODataHeaders } from './upstream-headers.ts'

export type Order = {
  readonly ready: Ready
  /** Sends the answer, or says why it must not be sent. */
  readonly deliver: (
    answer: UpstreamAnswer,
    addresses: ServiceAddresses,
  ) => Promise<ForwardProblem | undefined>
}

/** Sends a call that was decided upstream, in its canonical form, and the guarded answer to the caller. */
export async function carryOut(desk: Desk, read: ODataCall, { ready, deliver }: Order): Promise<void> {
  const { allowed, analysis, body, contentType } = ready
  const { deps, call, service } = desk
  const { request, answer, requestId } = call
  countUse(deps.use, allowed, desk.caller.now)
  const { catalog } = service.matcher
  const upstream = deps.upstreamOf(allowed.tenantId, catalog.id)
  if (!upstream) throw new Error(`tenant ${allowed.tenantId} has no upstream for catalog ${catalog.id}`)
  const places = placesOf(desk, upstream)
  const headers = toODataHeaders(read, {
    result: analysis.kind === 'batch' ? 'batch' : analysis.result.kind,
    contentType,
    prefer: read.prefer,
  })
  const caller = {
    address: request.remoteAddress,
    host: places.host,
    isSecure: request.isSecure,
    requestId,
    mount: catalog.mount,
  }
  const problem = await askUpstream(
    {
      upstream,
      method: analysis.method,
      caller: callerOf(allowed, request.remoteAddress),
      target: analysis.target,
      lines:
        writeForwarded(toFieldSection(toFields(headers)), upstream.signIn.kinds) +
        writeCaller(allowed, caller),
    },
    {
      body:
        body.kind === 'stream'
          ? { ...body, content: passWhile(body.content, () => !refuseCaller(desk.callerNow())) }
          : body,
      answer,
      deliver: (given) => deliver(given, places.addresses),
    },
  )
  const facts = { requestId, ...identity(allowed) }
  if (!problem) {
    deps.log.debug({ ...facts, status: answer.status() }, 'allowed')
    return
  }
  deps.log.warn({ ...facts, code: problem.code, cause: describeCause(problem.cause) }, 'the upstream failed')
  sendODataProblem(answer, problem.code, { requestId, detail: problem.detail, audience: desk.audience })
}
