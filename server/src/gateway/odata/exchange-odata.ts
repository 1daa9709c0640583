import type { Call, ExchangeDeps } from '#gateway/call.ts'
import { countUse } from '#gateway/count-use.ts'
import type { ODataExchange } from '#gateway/judge-call.ts'
import { exchangeBatch } from './batch.ts'
import { carryOut } from './carry-out.ts'
import { answerDescription } from './description.ts'
import { type Desk, pageTokenOpener, refuseDoubtful, refuseUnreadable, settle } from './desk.ts'
import { deliverGuarded } from './guard.ts'
import { audienceOf, judgeTarget } from './judge-target.ts'
import { answerOptions } from './options.ts'
import { readODataCall } from './read-call.ts'
import { readBodyOf } from './resource-body.ts'

/**
 * One call to an OData service: what the target touches is decided before a body is read, what the body touches before
 * anything goes upstream; then the answer is read through before the caller gets it.
 */
export async function exchangeOData(
  deps: ExchangeDeps,
  call: Call,
  { head, callerNow, matcher }: ODataExchange,
): Promise<void> {
  const service = deps.odata.of(matcher)
  const readCall = readODataCall(head, matcher)
  const audience = audienceOf(service, head, readCall)
  const desk: Desk = { deps, call, caller: callerNow(), callerNow, service, audience }
  const judged = judgeTarget(service, readCall, pageTokenOpener(desk))
  if (judged.kind === 'unreadable') return refuseUnreadable(desk, judged.problem)
  if (judged.kind === 'options') return answerOptions(desk, judged.read)
  if (judged.kind === 'doubtful') return refuseDoubtful(desk, judged.doubts)
  const { read, analysis } = judged
  const allowed = settle(desk, judged.addressed)
  if (!allowed) return
  switch (analysis.kind) {
    case 'metadata':
    case 'service_document':
      countUse(deps.use, allowed, desk.caller.now)
      return answerDescription(desk, read, analysis)
    case 'batch':
      return await exchangeBatch(desk, read, { head, analysis })
    case 'resource': {
      const ready = await readBodyOf(desk, { read, analysis, allowed, head })
      if (!ready) return
      await carryOut(desk, read, {
        ready,
        deliver: (answer, addresses) => deliverGuarded(desk, answer, { analysis: ready.analysis, addresses }),
      })
    }
  }
}
