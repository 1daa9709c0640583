import { type Match, type MatchedEndpoint, match } from '@stagedoor/core/catalog/matcher.ts'
import { type Addressed, decide, type Facts, refuseCaller } from '@stagedoor/core/decide.ts'
import type { Decision, Denied } from '@stagedoor/core/decision.ts'
import { identify } from '#policy/identify.ts'
import { type Call, type ExchangeDeps, identity } from './call.ts'
import type { CallerAnswer, CallerRequest } from './caller/caller-call.ts'
import { carryOut } from './carry-out.ts'
import { countUse } from './count-use.ts'
import { broke } from './fault.ts'
import { exchangeOData } from './odata/exchange-odata.ts'
import { sendProblem, sendRefusal } from './refuse.ts'
import { readHead } from './request-head.ts'

/** One call, from the head that was read to the answer that was sent. Never throws. */
export function exchange(deps: ExchangeDeps, request: CallerRequest, answer: CallerAnswer): void {
  const call: Call = { request, answer, requestId: deps.requestId() }
  try {
    decideCall(deps, call)
  } catch (error) {
    broke(deps, call, error)
  }
}

function decideCall(deps: ExchangeDeps, call: Call): void {
  const { answer, requestId } = call
  const read = readHead(call.request)
  if (!read.ok) {
    const { code, detail } = read.problem
    deps.log.info({ requestId, code }, 'refused: not read')
    return sendProblem(answer, code, { requestId, detail, close: true })
  }
  const { head } = read
  const caller = callerNow(deps, head.token)
  const { credential, now } = caller
  const refused = refuseCaller(caller)
  if (refused) return refuse(deps, call, refused, undefined)
  // Catalogs belong to a tenant, and the tenant is known through the token only.
  const found = match(deps.policy.matchersOf(credential?.tenantId ?? ''), head.method, head.target)
  if (found.kind === 'odata') {
    const { matcher } = found
    exchangeOData(deps, call, { head, matcher, callerNow: () => callerNow(deps, head.token) }).catch(
      (error: unknown) => broke(deps, call, error),
    )
    return undefined
  }
  const addressed = toAddressed(found)
  const decision = decide({ ...caller, addressed })
  if (decision.outcome === 'deny') return refuse(deps, call, decision, found)
  if (found.kind !== 'endpoint') throw new Error('a call was allowed that addresses no endpoint')
  countUse(deps.use, decision, now)
  return carryOut(deps, call, {
    head,
    decision,
    match: found,
    decideAgain: (): Decision => decide({ ...callerNow(deps, head.token), addressed }),
    refuse: (denied) => refuse(deps, call, denied, found),
  })
}

/** Who calls, by what is known at this moment. */
function callerNow(deps: ExchangeDeps, token: string | undefined): Omit<Facts, 'addressed'> {
  const presented = identify(deps.policy, token)
  const knowledge = deps.knowledgeOf(presented.credential?.tenantId)
  return { now: deps.now(), token: presented.token, credential: presented.credential, knowledge }
}

function toAddressed(found: MatchedEndpoint | Exclude<Match, { readonly kind: 'odata' }>): Addressed {
  if (found.kind === 'endpoint') return { kind: 'endpoint', endpoint: found.form.endpoint }
  return { kind: 'unknown', methods: found.kind === 'unknown' ? found.methods : [] }
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
    sendProblem(answer, 'target_ambiguous', {
      requestId,
      detail: `The request is ambiguous: ${match.problem}.`,
    })
  } else sendRefusal(answer, denied, requestId)
}
