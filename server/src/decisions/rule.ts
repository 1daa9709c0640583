import { identity } from '#gateway/call.ts'
import { countUse } from '#gateway/count-use.ts'
import { writeForwardedTarget } from '#gateway/forwarded-target.ts'
import { judgeCall } from '#gateway/judge-call.ts'
import { problemAnswer, refusalAnswer } from '#gateway/refusal-answer.ts'
import type { WireRequest } from '#gateway/wire/head.ts'
import type { RuleDeps } from './deps.ts'
import { ruleOData } from './rule-odata.ts'
import { allow, type Ruling } from './ruling.ts'

/** Decides a call by its head as the gateway does. Counts nothing. */
export function rule(deps: RuleDeps, call: WireRequest, requestId: string): Ruling {
  const judged = judgeCall(deps, call)
  switch (judged.kind) {
    case 'unread': {
      const { code, detail } = judged.problem
      return { outcome: 'refuse', answer: problemAnswer(code, { requestId, detail }), decision: undefined }
    }
    case 'refused': {
      const { denied, match } = judged
      const detail = match?.kind === 'ambiguous' ? `The request is ambiguous: ${match.problem}.` : undefined
      const answer =
        detail === undefined
          ? refusalAnswer(denied, requestId)
          : problemAnswer('target_ambiguous', { requestId, detail })
      return { outcome: 'refuse', answer, decision: denied }
    }
    case 'odata':
      return ruleOData(deps, judged, requestId)
    case 'allowed': {
      const target = writeForwardedTarget(judged.match, judged.head.target)
      return allow(deps, judged.decision, { catalogId: judged.match.matcher.catalog.id, target })
    }
  }
}

/** The same, counted and noted as a call: whoever asks carries it out, or refuses it. */
export function ruleAndCount(deps: RuleDeps, call: WireRequest, requestId: string): Ruling {
  const ruling = rule(deps, call, requestId)
  const { decision } = ruling
  if (decision) countUse(deps.use, decision, deps.now())
  const facts = { requestId, ...(decision && identity(decision)) }
  if (ruling.outcome === 'allow') deps.log.debug(facts, 'allowed, for a proxy')
  else deps.log.info({ ...facts, code: ruling.answer.body.code }, 'refused, for a proxy')
  return ruling
}
