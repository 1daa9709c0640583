import type { Match } from '@stagedoor/core/catalog/matcher.ts'
import type { Denied } from '@stagedoor/core/decision.ts'
import { type Call, type ExchangeDeps, identity } from './call.ts'
import { countUse } from './count-use.ts'
import { sendProblem, sendRefusal } from './refuse.ts'

/** Counts, logs and answers a call that was decided against. */
export function refuseCall(
  deps: ExchangeDeps,
  { answer, requestId }: Call,
  denied: Denied,
  match: Match | undefined,
): void {
  countUse(deps.use, denied, deps.now())
  if (deps.log.isLevelEnabled('info'))
    deps.log.info({ requestId, ...identity(denied), reason: denied.reason }, 'refused')
  if (denied.reason === 'endpoint_unknown' && match?.kind === 'ambiguous') {
    const detail = `The request is ambiguous: ${match.problem}.`
    sendProblem(answer, 'target_ambiguous', { requestId, detail })
  } else sendRefusal(answer, denied, requestId)
}
