import type { ExchangeDeps } from '#gateway/call.ts'
import type { NamedBy } from './asked-call.ts'

/** What decisions are made of: the same parts as those of the gateway beside it. */
export type RuleDeps = Pick<
  ExchangeDeps,
  'policy' | 'knowledgeOf' | 'upstreamOf' | 'odata' | 'use' | 'alarms' | 'now' | 'randomBytes' | 'log'
>

export type DecisionDeps = RuleDeps & {
  /** Where a proxy says which call it asks about. */
  readonly callIn: NamedBy
  /** Whether whoever is at the socket's other end may ask. */
  readonly isTrusted: (address: string) => boolean
}
