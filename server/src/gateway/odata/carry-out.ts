import { refuseCaller } from '@stagedoor/core/decide.ts'
import type { ServiceAddresses } from '@stagedoor/core/odata/answer/links.ts'
import { describeCause, identity } from '#gateway/call.ts'
import { countUse } from '#gateway/count-use.ts'
import { type ForwardProblem, forward, type UpstreamAnswer } from '#gateway/forward.ts'
import { sendODataProblem } from '#gateway/refuse.ts'
import { passWhile } from '#gateway/request-body.ts'
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
  const { request, response, requestId } = call
  countUse(deps.use, allowed, desk.caller.now)
  const { catalog } = service.matcher
  const upstream = deps.upstreamOf(allowed.tenantId, catalog.id)
  if (!upstream) throw new Error(`tenant ${allowed.tenantId} has no upstream for catalog ${catalog.id}`)
  const places = placesOf(desk, upstream)
  const problem = await forward(
    {
      upstream,
      method: analysis.method,
      target: analysis.target,
      headers: toODataHeaders(read, {
        decision: allowed,
        caller: {
          address: request.socket.remoteAddress ?? '',
          host: places.host,
          requestId,
          mount: catalog.mount,
        },
        result: analysis.kind === 'batch' ? 'batch' : analysis.result.kind,
        contentType,
        prefer: read.prefer,
      }),
    },
    {
      body: () =>
        Promise.resolve(
          body.kind === 'stream'
            ? { kind: 'stream', content: passWhile(body.content, () => !refuseCaller(desk.callerNow())) }
            : body,
        ),
      response,
      deliver: (answer) => deliver(answer, places.addresses),
    },
  )
  const facts = { requestId, ...identity(allowed) }
  if (!problem) {
    deps.log.debug({ ...facts, status: response.statusCode }, 'allowed')
    return
  }
  deps.log.warn({ ...facts, code: problem.code, cause: describeCause(problem.cause) }, 'the upstream failed')
  sendODataProblem(response, problem.code, { requestId, detail: problem.detail, audience: desk.audience })
}
