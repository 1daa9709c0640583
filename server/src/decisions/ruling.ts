import type { Allowed, Denied } from '@stagedoor/core/decision.ts'
import type { RefusalAnswer } from '#gateway/refusal-answer.ts'
import type { RuleDeps } from './deps.ts'

/** What the gateway would do with a call, for somebody else to do. */
export type Ruling =
  | {
      readonly outcome: 'allow'
      readonly decision: Allowed
      /** Where the gateway would send it: `https://api.example.org`. */
      readonly upstream: string
      /** Path and query that it would ask for there, in canonical form. */
      readonly target: string
    }
  | {
      readonly outcome: 'refuse'
      /** What the gateway would answer. */
      readonly answer: RefusalAnswer
      /** Undefined where the call was refused without a decision. */
      readonly decision: Denied | undefined
    }

/** @param place.target path and query below the base address of the catalog's upstream, as the gateway writes them */
export function allow(
  { upstreamOf }: Pick<RuleDeps, 'upstreamOf'>,
  decision: Allowed,
  { catalogId, target }: { readonly catalogId: string; readonly target: string },
): Ruling {
  const upstream = upstreamOf(decision.tenantId, catalogId)
  if (!upstream) throw new Error(`tenant ${decision.tenantId} has no upstream for catalog ${catalogId}`)
  const { origin, basePath } = upstream
  return { outcome: 'allow', decision, upstream: origin, target: basePath + target }
}
