import type { Match } from '@stagedoor/core/catalog/matcher.ts'
import type { Denied } from '@stagedoor/core/decision.ts'
import { type Call, type ExchangeDeps, identity } from './call.ts'
import type { CallerAnswer, CallerRequest } from './caller/caller-call.ts'
import { carryOut } from './carry-out.ts'
import { countUse } from './count-use.ts'
import { broke } from './fault.ts'
import { judgeCall } from './judge-call.ts'
import { exchangeOData } from './odata/exchange-odata.ts'
import { sendProblem, sendRefusal } from './refuse.ts'

/** One call, from the head that was read to the answer that was sent. Never throws. */
export function exchange(deps: ExchangeDeps, request: CallerRequest, answer: CallerAnswer): void {
  const call: Call = { request, answer, requestId: deps.requestId() }
  try {
    answerCall(deps, call)
  } catch (error) {
    broke(deps, call, error)
  }
}

function answerCall(deps: ExchangeDeps, call: Call): void {
  const { answer, requestId } = call
  const judged = judgeCall(deps, call.request)
  switch (judged.kind) {
    case 'unread': {
      const { code, detail } = judged.problem
      deps.log.info({ requestId, code }, 'refused: not read')
      return sendProblem(answer, code, { requestId, detail, close: true })
    }
    case 'refused':
      return refuse(deps, call, judged.denied, judged.match)
    case 'odata':
      exchangeOData(deps, call, judged).catch((error: unknown) => broke(deps, call, error))
      return undefined
    case 'allowed':
      countUse(deps.use, judged.decision, deps.now())
      return carryOut(deps, call, {
        allowed: judged,
        refuse: (denied) => refuse(deps, call, denied, judged.match),
      })
  }
}

function refuse(
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
