import { describeCause, identity } from '#gateway/call.ts'
import { forward } from '#gateway/forward.ts'
import { sendProblem } from '#gateway/refuse.ts'
import type { Desk } from './desk.ts'
import { deliverGuarded } from './guard.ts'
import type { ODataCall } from './read-call.ts'
import type { Ready } from './resource-body.ts'
import { placesOf } from './service-places.ts'
import { toODataHeaders } from './upstream-headers.ts'

/** Sends a call that was decided upstream, in its canonical form, and the guarded answer to the caller. */
export async function carryOut(
  desk: Desk,
  read: ODataCall,
  { allowed, analysis, body, contentType }: Ready,
  batch?: { readonly deliver: Parameters<typeof forward>[1]['deliver'] },
): Promise<void> {
  const { deps, call, service } = desk
  const { request, response, requestId } = call
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
      body: () => Promise.resolve(body),
      response,
      deliver:
        batch?.deliver ??
        ((answer) => deliverGuarded(desk, answer, { analysis, addresses: places.addresses })),
    },
  )
  const facts = { requestId, ...identity(allowed) }
  if (!problem) {
    deps.log.debug({ ...facts, status: response.statusCode }, 'allowed')
    return
  }
  deps.log.warn({ ...facts, code: problem.code, cause: describeCause(problem.cause) }, 'the upstream failed')
  sendProblem(response, problem.code, { requestId, detail: problem.detail, close: true })
}
