import { type Addressed, decide, type Facts } from '@stagedoor/core/decide.ts'
import type { Allowed, Unreadable } from '@stagedoor/core/decision.ts'
import type { OpenedPageToken } from '@stagedoor/core/odata/analysis.ts'
import type { Doubt } from '@stagedoor/core/odata/second-check/judge.ts'
import { type Call, type ExchangeDeps, identity } from '#gateway/call.ts'
import { countUse } from '#gateway/count-use.ts'
import type { ODataAudience } from '#gateway/refusal-answer.ts'
import { sendODataProblem, sendODataRefusal } from '#gateway/refuse.ts'
import type { ODataService } from './services.ts'

/** Everything about one call to an OData service. Only who calls may change while it is read: by the tenant's own doing. */
export type Desk = {
  readonly deps: ExchangeDeps
  readonly call: Call
  /** Who calls, as it was known when the call was last decided. */
  caller: Omit<Facts, 'addressed'>
  /** The same at this moment: a body may take minutes to come. */
  readonly callerNow: () => Omit<Facts, 'addressed'>
  readonly service: ODataService
  readonly audience: ODataAudience
}

/**
 * Decides what a call addresses, and answers it where it is refused: undefined then. A refusal ends the call, and is counted;
 * that it is allowed may hold for its target alone, so that is counted where it is carried out.
 */
export function settle(desk: Desk, addressed: Addressed): Allowed | undefined {
  const { deps, call, audience } = desk
  desk.caller = desk.callerNow()
  const decision = decide({ ...desk.caller, addressed })
  if (decision.outcome === 'allow') return decision
  countUse(deps.use, decision, desk.caller.now)
  const { requestId, answer } = call
  deps.log.info({ requestId, ...identity(decision), reason: decision.reason }, 'refused')
  sendODataRefusal(answer, decision, { requestId, audience })
  return undefined
}

/** Refuses what is carried out for nobody. */
export function refuseUnreadable(
  desk: Desk,
  problem: Unreadable,
  ...further: readonly Unreadable[]
): undefined {
  settle(desk, { kind: 'unreadable', problems: [problem, ...further] })
  return undefined
}

/** Refuses what two readings do not agree about, and raises the alarm: one of the two is broken, or attacked. */
export function refuseDoubtful(desk: Desk, doubts: readonly Doubt[]): undefined {
  const { deps, call, service } = desk
  deps.alarms.raise('odata_doubtful')
  const names = doubts.map(({ name }) => name)
  deps.log.error(
    { requestId: call.requestId, catalog: service.matcher.catalog.id, names },
    'two readings disagree',
  )
  return refuseUnreadable(desk, ...toDoubtful(doubts))
}

/** Doubts as a refusal names them. */
export function toDoubtful(doubts: readonly Doubt[]): readonly [Unreadable, ...Unreadable[]] {
  const [first = UNNAMED, ...further] = doubts.map(
    ({ name, why, in: where, at }): Unreadable => ({
      reason: 'odata_doubtful',
      problem: `"${name}": ${why}`,
      in: where,
      at,
    }),
  )
  return [first, ...further]
}

const UNNAMED: Unreadable = {
  reason: 'odata_doubtful',
  problem: 'the two readings differ',
  in: 'path',
  at: [0, 0],
}

/** Opens page tokens of this credential and this catalog, and nobody else's. */
export function pageTokenOpener({
  deps,
  caller,
  service,
}: Pick<Desk, 'caller' | 'service'> & { readonly deps: Pick<ExchangeDeps, 'odata'> }): (
  text: string,
) => OpenedPageToken | undefined {
  const credentialId = caller.credential?.id
  if (credentialId === undefined) return () => undefined
  return (text) => deps.odata.pageTokens.open(credentialId, service.matcher.catalog.id, text)
}

/** Whether only some endpoints may be called: answers are then read through before they are passed on. */
export function isRestricted({ caller }: Pick<Desk, 'caller'>): boolean {
  return caller.credential?.allowedEndpoints.kind !== 'all'
}

/** Takes memory for a body or an answer of this call, until it is over; false where others hold all that there is. */
export function takeRoom({ deps, call, caller }: Desk, bytes: number): boolean {
  return deps.odata.room.take(call.answer, caller.credential?.id ?? '', bytes)
}

export const OVERLOADED =
  'Calls that are not over yet hold all the memory there is for bodies and answers. Try again in a second.'

/** Refuses a body that there is no memory for. */
export function refuseOverloaded({ call, audience, deps }: Desk): undefined {
  const { requestId, answer } = call
  deps.log.warn({ requestId }, 'no room for a body')
  sendODataProblem(answer, 'overloaded', { requestId, detail: OVERLOADED, audience })
  return undefined
}
