import type { Addressed } from '@stagedoor/core/decide.ts'
import type { Unreadable } from '@stagedoor/core/decision.ts'
import type { Analysis, OpenedPageToken } from '@stagedoor/core/odata/analysis.ts'
import type { Doubt } from '@stagedoor/core/odata/second-check/judge.ts'
import { toHeaders } from '#gateway/fields.ts'
import type { ODataAudience } from '#gateway/refusal-answer.ts'
import type { RequestHead } from '#gateway/request-head.ts'
import { reachOfHead, toAddressed, toUnreadable } from './addressed.ts'
import { doubtsOfTarget } from './doubts.ts'
import { type ODataCall, type ReadODataCall, valueOf } from './read-call.ts'
import type { ODataService } from './services.ts'

/** What the head of a call asks of an OData service. Nothing is decided yet. */
export type JudgedTarget =
  | { readonly kind: 'unreadable'; readonly problem: Unreadable }
  | { readonly kind: 'doubtful'; readonly doubts: readonly Doubt[] }
  /** It asks what its address can do. */
  | { readonly kind: 'options'; readonly read: ODataCall }
  | {
      readonly kind: 'analysed'
      readonly read: ODataCall
      readonly analysis: Analysis
      readonly addressed: Addressed
    }

/** What the head of a call asks of a service; its body, where it has one, may reach more. */
export function judgeTarget(
  service: ODataService,
  read: ReadODataCall,
  openPageToken: (text: string) => OpenedPageToken | undefined,
): JudgedTarget {
  if (!read.ok) return { kind: 'unreadable', problem: read }
  if (read.method === 'OPTIONS') return { kind: 'options', read }
  const { method, text, ifMatch } = read
  const analysis = service.analyse({ method, text, ifMatch }, openPageToken)
  if (!analysis.ok) return { kind: 'unreadable', problem: toUnreadable(analysis) }
  const doubts = doubtsOfTarget(service, { method, text }, analysis)
  if (doubts.length > 0) return { kind: 'doubtful', doubts }
  return { kind: 'analysed', read, analysis, addressed: addressedBy(service, analysis, read) }
}

function addressedBy({ matcher }: ODataService, analysis: Analysis, read: ODataCall): Addressed {
  // A batch reaches what its requests reach. Until those are read, only that somebody may call something is known.
  if (analysis.kind !== 'resource') return { kind: 'description', endpoints: matcher.catalog.endpoints }
  return toAddressed(matcher, [analysis, reachOfHead(read)])
}

/** For whom an answer of the service is written. */
export function audienceOf(service: ODataService, head: RequestHead, read: ReadODataCall): ODataAudience {
  return {
    version: read.ok && read.versions.maxVersion === '4.0' ? '4.0' : service.model.version,
    plainJson: asksPlainJson(head),
    method: head.method,
  }
}

/** The body is the same; the name of its type is what strict readers of JSON look at (RFC 9110 12.5.1). */
function asksPlainJson({ fields }: RequestHead): boolean {
  const accept = valueOf(toHeaders(fields), 'accept').toLowerCase()
  const ranges = accept.split(',').map((range) => range.split(';', 1)[0]?.trim() ?? '')
  return (
    ranges.includes('application/json') &&
    !ranges.some((range) => ['application/problem+json', 'application/*', '*/*'].includes(range))
  )
}
