import type { ExchangeDeps } from './call.ts'
import type { CallerAnswer, CallerRequest, HandleCall } from './caller/caller-call.ts'
import { exchange } from './exchange.ts'
import { broke } from './fault.ts'
import { answerBeside, isBeside, type SideDoor } from './side-door.ts'

/** What the gateway does with each request that its listener has read. */
export function createGateway(deps: ExchangeDeps, sideDoor: SideDoor): HandleCall {
  return (request: CallerRequest, answer: CallerAnswer): void => {
    if (isBeside(sideDoor, request.target)) {
      answerBeside(sideDoor, request, answer).catch((error: unknown) =>
        broke(deps, { request, answer, requestId: deps.requestId() }, error),
      )
    } else exchange(deps, request, answer)
  }
}
