import { identityHeaders } from '#gateway/forwarded-headers.ts'
import { problemAnswer, type RefusalAnswer } from '#gateway/refusal-answer.ts'
import { type Answer, openAnswer } from './answer.ts'
import type { AskedCall } from './asked-call.ts'
import type { DecisionDeps } from './deps.ts'
import { rule, ruleAndCount } from './rule.ts'
import type { Ruling } from './ruling.ts'

/** How a refusal is answered. */
export type Write = (refusal: RefusalAnswer) => Answer

/** Answers a proxy that asks whether a call may pass: 200 with who calls, or the refusal. */
export function answerForwardAuth(
  deps: DecisionDeps,
  asked: AskedCall,
  { requestId, write }: { readonly requestId: string; readonly write: Write },
): Answer {
  if (!asked.ok) return write(unclear(asked.detail, requestId))
  const ruling = ruleAndCount(deps, asked.call, requestId)
  return ruling.outcome === 'allow' ? allowedAnswer(ruling) : write(ruling.answer)
}

/**
 * Gives the refusal of a call that was just refused, for a proxy that cannot pass on the first one. It lets nobody in:
 * what would be allowed by now is to be sent again. Counts nothing, as the first one was counted.
 */
export function answerRefusal(deps: DecisionDeps, asked: AskedCall, requestId: string): Answer {
  if (!asked.ok) return openAnswer(unclear(asked.detail, requestId))
  const ruling = rule(deps, asked.call, requestId)
  if (ruling.outcome === 'refuse') return openAnswer(ruling.answer)
  const detail = 'What the decision is made of has changed in between. Send the call again.'
  const changed = openAnswer(problemAnswer('decision_changed', { requestId, detail }))
  return { ...changed, headers: { ...changed.headers, 'retry-after': '1' } }
}

function unclear(detail: string, requestId: string): RefusalAnswer {
  return problemAnswer('call_unclear', { requestId, detail })
}

function allowedAnswer({
  decision,
  upstream,
  target,
}: Extract<Ruling, { readonly outcome: 'allow' }>): Answer {
  return {
    status: 200,
    headers: {
      ...identityHeaders(decision),
      // What was decided, in the one spelling that was decided: proxies that can forward it in place of what came.
      'x-stagedoor-upstream': upstream,
      'x-stagedoor-target': target,
      'cache-control': 'no-store',
    },
  }
}
