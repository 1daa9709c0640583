import { type Match, type MatchedEndpoint, match } from '@stagedoor/core/catalog/matcher.ts'
import { type Addressed, decide, type Facts, refuseCaller } from '@stagedoor/core/decide.ts'
import type { Allowed, Decision, Denied } from '@stagedoor/core/decision.ts'
import { identify } from '#policy/identify.ts'
import type { ExchangeDeps } from './call.ts'
import { type HeadProblem, type RequestHead, readHead } from './request-head.ts'
import type { WireRequest } from './wire/head.ts'

/** What the head of a call comes to, before anything is carried out or answered. Nothing has been counted. */
export type Judged =
  | { readonly kind: 'unread'; readonly problem: HeadProblem }
  | { readonly kind: 'refused'; readonly denied: Denied; readonly match: Match | undefined }
  | AllowedCall
  | ODataExchange

export type AllowedCall = {
  readonly kind: 'allowed'
  readonly head: RequestHead
  readonly decision: Allowed
  readonly match: MatchedEndpoint
  /** When it was decided, epoch milliseconds. */
  readonly at: number
}

/** A call to an OData service, whose target is to be analysed. */
export type ODataExchange = {
  readonly kind: 'odata'
  readonly head: RequestHead
  /** Who calls, by what is known at that moment; already let in. */
  readonly callerNow: () => Omit<Facts, 'addressed'>
  readonly matcher: Extract<Match, { readonly kind: 'odata' }>['matcher']
}

type JudgeDeps = Pick<ExchangeDeps, 'policy' | 'knowledgeOf' | 'now'>

/**
 * Reads the head of a call and decides it, as far as its head alone tells: the one way to a decision, whether the gateway
 * carries the call out or a proxy does that has asked about it.
 */
export function judgeCall(deps: JudgeDeps, wire: WireRequest): Judged {
  const read = readHead(wire)
  if (!read.ok) return { kind: 'unread', problem: read.problem }
  const { head } = read
  const caller = lookUpCaller(deps, head.token)
  const refused = refuseCaller(caller)
  if (refused) return { kind: 'refused', denied: refused, match: undefined }
  // Catalogs belong to a tenant, and the tenant is known through the token only.
  const found = match(deps.policy.matchersOf(caller.credential?.tenantId ?? ''), head.method, head.target)
  if (found.kind === 'odata')
    return { kind: 'odata', head, callerNow: () => lookUpCaller(deps, head.token), matcher: found.matcher }
  const addressed = toAddressed(found)
  const { now, token, credential, knowledge } = caller
  const decision = decide({ now, token, credential, knowledge, addressed })
  if (decision.outcome === 'deny') return { kind: 'refused', denied: decision, match: found }
  if (found.kind !== 'endpoint') throw new Error('a call was allowed that addresses no endpoint')
  return { kind: 'allowed', head, decision, match: found, at: now }
}

/** By what is known at this moment: a body may take minutes to come. */
export function decideAgain(deps: JudgeDeps, { head, match }: AllowedCall): Decision {
  return decide({ ...lookUpCaller(deps, head.token), addressed: toAddressed(match) })
}

/** Who calls, by what is known at this moment. */
function lookUpCaller(deps: JudgeDeps, presented: string | undefined): Omit<Facts, 'addressed'> {
  const { token, credential } = identify(deps.policy, presented)
  return { now: deps.now(), token, credential, knowledge: deps.knowledgeOf(credential?.tenantId) }
}

function toAddressed(found: Exclude<Match, { readonly kind: 'odata' }>): Addressed {
  if (found.kind === 'endpoint') return { kind: 'endpoint', endpoint: found.form.endpoint }
  return { kind: 'unknown', methods: found.kind === 'unknown' ? found.methods : [] }
}
