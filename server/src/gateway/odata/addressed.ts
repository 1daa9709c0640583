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

/**
 * What was found, in the catalog's endpoints. What has no endpoint is published by nobody, and called by nobody: then it
 * is unknown, with the methods that the same address has.
 */
export function toAddressed({ endpointOfKey }: Matcher, found: readonly PartFound[]): Addressed {
  const touches = new Map<string, TouchedEndpoint & { readonly by: PartCause[] }>()
  for (const { endpoint: key, by } of found.flatMap((each) => each.touches)) {
    const endpoint = endpointOfKey.get(key)
    if (!endpoint) return { kind: 'unknown', methods: methodsBeside(endpointOfKey, key) }
    const known = touches.get(endpoint.id)
    if (known) known.by.push(...by)
    else touches.set(endpoint.id, { endpoint, by: [...by] })
  }
  return {
    kind: 'touched',
    touches: [...touches.values()],
    unknownReach: found.flatMap((each) => each.unknownReach),
  }
}

function methodsBeside(endpointOfKey: Matcher['endpointOfKey'], key: string): readonly string[] {
  const behind = key.slice(key.indexOf(' '))
  return [...endpointOfKey.keys()]
    .filter((other) => other.endsWith(behind) && other.indexOf(' ') === other.length - behind.length)
    .map((other) => other.slice(0, other.indexOf(' ')))
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
