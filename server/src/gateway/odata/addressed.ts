import type { Matcher } from '@stagedoor/core/catalog/matcher.ts'
import type { Addressed } from '@stagedoor/core/decide.ts'
import type { PartCause, TouchedEndpoint, Unreadable } from '@stagedoor/core/decision.ts'
import type { ODataProblem } from '@stagedoor/core/odata/analysis.ts'
import type { ODataCall } from './read-call.ts'

/** What was found in a request, or in one of a batch. */
export type PartFound = {
  readonly touches: readonly { readonly endpoint: string; readonly by: readonly PartCause[] }[]
  readonly unknownReach: readonly PartCause[]
}

/** What was found, in the catalog's endpoints. A key that no endpoint has is of unknown reach: nobody can tick it. */
export function toAddressed({ endpointOfKey }: Matcher, found: readonly PartFound[]): Addressed {
  const touches = new Map<string, TouchedEndpoint & { readonly by: PartCause[] }>()
  const unknownReach: PartCause[] = found.flatMap((each) => each.unknownReach)
  for (const { endpoint: key, by } of found.flatMap((each) => each.touches)) {
    const endpoint = endpointOfKey.get(key)
    if (!endpoint) unknownReach.push(...by)
    else if (!touches.has(endpoint.id)) touches.set(endpoint.id, { endpoint, by: [...by] })
    else for (const cause of by) touches.get(endpoint.id)?.by.push(cause)
  }
  return { kind: 'touched', touches: [...touches.values()], unknownReach }
}

/** What the head of a call reaches besides its target. */
export function reachOfHead({ trackChanges }: Pick<ODataCall, 'trackChanges'>): PartFound {
  const cause: PartCause = { in: 'header', text: 'Prefer: track-changes', at: [0, 0] }
  return { touches: [], unknownReach: trackChanges ? [cause] : [] }
}

/** A problem of the analysis as a refusal names it. */
export function toUnreadable({
  code,
  problem,
  in: where,
  at,
  limit,
  methods,
  part,
}: ODataProblem): Unreadable {
  return {
    reason: code,
    problem,
    in: where,
    at,
    ...(limit && { limit }),
    ...(methods && { methods }),
    ...(part !== undefined && { part }),
  }
}
