import type { Decision } from '@stagedoor/core/decision.ts'
import type { UseCounter } from '#usage/use-counter.ts'

/**
 * Counts a call once it is decided: each endpoint that it reaches, or, where it is refused for some, each of those that are
 * missing. A call that reaches none, or is refused before any is known, counts under the empty one.
 */
export function countUse(use: UseCounter, decision: Decision, at: number): void {
  const { credentialId, tokenId } = decision
  if (decision.outcome === 'allow') {
    const { endpoints } = decision
    if (endpoints.length === 0) use.count({ credentialId, tokenId, endpointId: '', outcome: 'allowed', at })
    for (const { id: endpointId } of endpoints)
      use.count({ credentialId, tokenId, endpointId, outcome: 'allowed', at })
    return
  }
  const { reason: outcome, missing = [] } = decision
  if (missing.length === 0) use.count({ credentialId, tokenId, endpointId: '', outcome, at })
  for (const { endpoint } of missing)
    use.count({ credentialId, tokenId, endpointId: endpoint.id, outcome, at })
}
