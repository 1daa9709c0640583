import type { ExchangeDeps } from './call.ts'
import type { CallerAnswer, CallerRequest, HandleCall } from './caller/caller-call.ts'
import { exchange } from './exchange.ts'
import { broke } from './fault.ts'
import { sendProblem } from './refuse.ts'
import { answerBeside, firstLetters, isBeside, type SideDoor } from './side-door.ts'

/** What the gateway does with each request that its listener has read. */
export function createGateway(deps: ExchangeDeps, sideDoor: SideDoor): HandleCall {
  const mayBeBeside = firstLetters(sideDoor)
  return (request: CallerRequest, answer: CallerAnswer): void => {
    const { target } = request
    if (mayBeBeside.has(target.charCodeAt(1)) && isBeside(sideDoor, target))
      void exchangeBeside(deps, sideDoor, { request, answer })
    else exchange(deps, request, answer)
  }
}

type Asked = { readonly request: CallerRequest; readonly answer: CallerAnswer }

/** One request for the side door. Never rejects. */
async function exchangeBeside(
  deps: ExchangeDeps,
  sideDoor: SideDoor,
  { request, answer }: Asked,
): Promise<void> {
  const requestId = deps.requestId()
  try {
    const problem = await answerBeside(sideDoor, request, answer)
    if (problem) sendProblem(answer, problem.code, { requestId, detail: problem.detail, close: true })
  } catch (error) {
    broke(deps, { request, answer, requestId }, error)
  }
}
