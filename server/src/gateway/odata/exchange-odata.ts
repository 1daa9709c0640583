import type { Matcher } from '@stagedoor/core/catalog/matcher.ts'
import type { Addressed, Facts } from '@stagedoor/core/decide.ts'
import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import type { Call, ExchangeDeps } from '#gateway/call.ts'
import { countUse } from '#gateway/count-use.ts'
import { toHeaders } from '#gateway/fields.ts'
import type { ODataAudience } from '#gateway/refuse.ts'
import type { RequestHead } from '#gateway/request-head.ts'
import { reachOfHead, toAddressed, toUnreadable } from './addressed.ts'
import { exchangeBatch } from './batch.ts'
import { carryOut } from './carry-out.ts'
import { answerDescription } from './description.ts'
import { type Desk, pageTokenOpener, refuseDoubtful, refuseUnreadable, settle } from './desk.ts'
import { doubtsOfTarget } from './doubts.ts'
import { deliverGuarded } from './guard.ts'
import { answerOptions } from './options.ts'
import { type ODataCall, readODataCall, valueOf } from './read-call.ts'
import { readBodyOf } from './resource-body.ts'

/** What the gateway knows of a call before it reads what it asks of the service. */
export type ODataExchange = {
  readonly head: RequestHead
  /** Who calls, by what is known at that moment; already let in. */
  readonly callerNow: () => Omit<Facts, 'addressed'>
  readonly matcher: Matcher
}

/**
 * One call to an OData service: what the target touches is decided before a body is read, what the body touches before
 * anything goes upstream; then the answer is read through before the caller gets it.
 */
export async function exchangeOData(
  deps: ExchangeDeps,
  call: Call,
  { head, callerNow, matcher }: ODataExchange,
): Promise<void> {
  const service = deps.odata.of(matcher)
  const read = readODataCall(head, matcher)
  const audience: ODataAudience = {
    version: read.ok && read.versions.maxVersion === '4.0' ? '4.0' : service.model.version,
    plainJson: asksPlainJson(head),
    method: head.method,
  }
  const desk: Desk = { deps, call, caller: callerNow(), callerNow, service, audience }
  if (!read.ok) return refuseUnreadable(desk, read)
  if (head.method === 'OPTIONS') return answerOptions(desk, read)
  const { method, text, ifMatch } = read
  const analysis = service.analyse({ method, text, ifMatch }, pageTokenOpener(desk))
  if (!analysis.ok) return refuseUnreadable(desk, toUnreadable(analysis))
  const doubts = doubtsOfTarget(service, { method, text }, analysis)
  if (doubts.length > 0) return refuseDoubtful(desk, doubts)
  const allowed = settle(desk, addressedBy(desk, analysis, read))
  if (!allowed) return
  switch (analysis.kind) {
    case 'metadata':
    case 'service_document':
      countUse(deps.use, allowed, desk.caller.now)
      return answerDescription(desk, read, analysis)
    case 'batch':
      return await exchangeBatch(desk, read, { head, analysis })
    case 'resource': {
      const ready = await readBodyOf(desk, { read, analysis, allowed, head })
      if (!ready) return
      await carryOut(desk, read, {
        ready,
        deliver: (answer, addresses) => deliverGuarded(desk, answer, { analysis: ready.analysis, addresses }),
      })
    }
  }
}

function addressedBy({ service: { matcher } }: Desk, analysis: Analysis, read: ODataCall): Addressed {
  // A batch reaches what its requests reach. Until those are read, only that somebody may call something is known.
  if (analysis.kind !== 'resource') return { kind: 'description', endpoints: matcher.catalog.endpoints }
  return toAddressed(matcher, [analysis, reachOfHead(read)])
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
