import type { Decision } from '@stagedoor/core/decision.ts'
import type { Knowledge } from '@stagedoor/core/knowledge.ts'
import type { Logger } from 'pino'
import type { Policy } from '#policy/policy.ts'
import type { UseCounter } from '#usage/use-counter.ts'
import type { Alarms } from './alarms.ts'
import type { CallerAnswer, CallerRequest } from './caller/caller-call.ts'
import type { ODataServices } from './odata/services.ts'
import type { Upstream } from './upstream.ts'

export type ExchangeDeps = {
  readonly policy: Policy
  /** How well the policy is known to be true at this moment, by the tenant whose credential it is. */
  readonly knowledgeOf: (tenantId: string | undefined) => Knowledge
  /** The upstream of a tenant's catalog. */
  readonly upstreamOf: (tenantId: string, catalogId: string) => Upstream | undefined
  readonly odata: ODataServices
  /** Every call that is decided, for its owner to see. */
  readonly use: UseCounter
  readonly alarms: Alarms
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: (count: number) => Uint8Array
  /** A new id for each call. */
  readonly requestId: () => string
  readonly log: Logger
}

/** One call on the wire. */
export type Call = {
  readonly request: CallerRequest
  readonly answer: CallerAnswer
  readonly requestId: string
}

/** What a log line may say of a call: ids, never a token and never the target, whose keys and filters are data. */
export function identity(decision: Decision): object {
  const { tenantId, credentialId, tokenId } = decision
  const endpoints =
    decision.outcome === 'allow' ? decision.endpoints : decision.missing?.map(({ endpoint }) => endpoint)
  return { tenantId, credentialId, tokenId, endpoints: endpoints?.slice(0, LOGGED_MAX).map(({ id }) => id) }
}

const LOGGED_MAX = 10

/** The error that began it, in words for the log. */
export function describeCause(cause: unknown): string {
  const first = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return first instanceof Error ? `${first.name}: ${first.message}` : String(first)
}
