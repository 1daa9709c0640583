import { type Call, type ExchangeDeps } from './call.ts'
import type { CallerAnswer, CallerRequest } from './caller/caller-call.ts'
import { carryOut } from './carry-out.ts'
import { countUse } from './count-use.ts'
import { broke } from './fault.ts'
import { judgeCall } from './judge-call.ts'
import { exchangeOData } from './odata/exchange-odata.ts'
import { sendProblem } from './refuse.ts'
import { refuseCall } from './refuse-call.ts'

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
  const judged = judgeCall(deps, call.request)
  switch (judged.kind) {
    case 'unread': {
      const { requestId } = call
      const { code, detail } = judged.problem
      deps.log.info({ requestId, code }, 'refused: not read')
      return sendProblem(call.answer, code, { requestId, detail, close: true })
    }
    case 'refused':
      return refuseCall(deps, call, judged.denied, judged.match)
    case 'odata':
      exchangeOData(deps, call, judged).catch((error: unknown) => broke(deps, call, error))
      return undefined
    case 'allowed':
      countUse(deps.use, judged.decision, judged.at)
      return carryOut(deps, call, judged)
  }
}
