import { type Addressed, decide } from '@stagedoor/core/decide.ts'
import type { Decision } from '@stagedoor/core/decision.ts'
import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import type { ODataExchange } from '#gateway/judge-call.ts'
import { isRestricted, pageTokenOpener, toDoubtful } from '#gateway/odata/desk.ts'
import { audienceOf, type JudgedTarget, judgeTarget } from '#gateway/odata/judge-target.ts'
import { methodsOf } from '#gateway/odata/options.ts'
import { readODataCall } from '#gateway/odata/read-call.ts'
import type { ODataService } from '#gateway/odata/services.ts'
import { odataProblemAnswer, odataRefusalAnswer } from '#gateway/refusal-answer.ts'
import type { RuleDeps } from './deps.ts'
import { allow, type Ruling } from './ruling.ts'

/**
 * Decides a call to an OData service by its head. What the gateway answers itself, and what it has to read a body for, is
 * refused: nobody shows the body here, and the service would answer more than the credential may see.
 */
export function ruleOData(
  deps: RuleDeps,
  { head, callerNow, matcher }: ODataExchange,
  requestId: string,
): Ruling {
  const service = deps.odata.of(matcher)
  const read = readODataCall(head, matcher)
  const audience = audienceOf(service, head, read)
  const caller = callerNow()
  const judged = judgeTarget(service, read, pageTokenOpener({ deps, caller, service }))
  if (judged.kind === 'doubtful') {
    deps.alarms.raise('odata_doubtful')
    const names = judged.doubts.map(({ name }) => name)
    deps.log.error({ requestId, catalog: matcher.catalog.id, names }, 'two readings disagree')
  }
  const decision: Decision = decide({ ...caller, addressed: addressedBy(service, judged) })
  if (decision.outcome === 'deny')
    return { outcome: 'refuse', decision, answer: odataRefusalAnswer(decision, { requestId, audience }) }
  const analysis = judged.kind === 'analysed' ? judged.analysis : undefined
  const why = whyNotHere(analysis, isRestricted({ caller }))
  if (analysis && why === undefined)
    return allow(deps, decision, { catalogId: matcher.catalog.id, target: analysis.target })
  const detail = `${why ?? OPTIONS} Send it to the gateway itself.`
  const { tenantId, credentialId, tokenId } = decision
  return {
    outcome: 'refuse',
    decision: { outcome: 'deny', reason: 'odata_reach_unknown', tenantId, credentialId, tokenId },
    answer: odataProblemAnswer('gateway_needed', { requestId, detail, audience }),
  }
}

function addressedBy(service: ODataService, judged: JudgedTarget): Addressed {
  switch (judged.kind) {
    case 'unreadable':
      return { kind: 'unreadable', problems: [judged.problem] }
    case 'doubtful':
      return { kind: 'unreadable', problems: toDoubtful(judged.doubts) }
    case 'analysed':
      return judged.addressed
    case 'options': {
      const methods = methodsOf(service, judged.read)
      if ('reason' in methods) return { kind: 'unreadable', problems: [methods] }
      // Whoever is let in may ask what an address can do: that reaches nothing.
      return { kind: 'description', endpoints: service.matcher.catalog.endpoints }
    }
  }
}

const OPTIONS = 'Stagedoor answers OPTIONS of an OData service itself.'

/** Why only the gateway can carry a call out, in public words; undefined where others can. */
function whyNotHere(analysis: Analysis | undefined, restricted: boolean): string | undefined {
  switch (analysis?.kind) {
    case undefined:
      return OPTIONS
    case 'batch':
      return 'A batch reaches what its requests reach, and whoever decides here does not see them.'
    case 'metadata':
    case 'service_document':
      return restricted ? 'The service would describe more than the credential may see.' : undefined
    case 'resource':
      return restricted && isRead(analysis)
        ? 'What its body reaches has to be read, and whoever decides here does not see it.'
        : undefined
  }
}

/** Whether the gateway reads the body before it lets it pass: all but the bytes of a stream. */
function isRead({ body: { kind } }: Analysis): boolean {
  return kind !== 'none' && kind !== 'media'
}
