import { toFields } from '#gateway/fields.ts'
import { toUnreadable } from './addressed.ts'
import { type Desk, settle } from './desk.ts'
import type { ODataCall } from './read-call.ts'

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const

/**
 * OPTIONS is answered here: what the address can do is known from the model, and an upstream might do something else
 * with it. An address that no method has is refused as it would be for GET.
 */
export function answerOptions(desk: Desk, { text, ifMatch }: ODataCall): void {
  const { service, call, audience, deps, caller } = desk
  const answers = METHODS.map((method) => ({
    method,
    analysis: service.analyse({ method, text, ifMatch }, () => undefined),
  }))
  const methods = answers.flatMap(({ method, analysis }) =>
    analysis.ok ? [method === 'GET' ? 'GET, HEAD' : method] : [],
  )
  const first = answers[0]?.analysis
  if (methods.length === 0 && first && !first.ok)
    return void settle(desk, { kind: 'unreadable', problems: [toUnreadable(first)] })
  const tokenId = caller.token.kind === 'issued' ? caller.token.id : undefined
  const credentialId = caller.credential?.id
  deps.use.count({ credentialId, tokenId, endpointId: '', outcome: 'allowed', at: caller.now })
  const headers = {
    allow: [...methods, 'OPTIONS'].join(', '),
    'odata-version': audience.version,
    'cache-control': 'no-store',
    'x-request-id': call.requestId,
  }
  call.answer.writeHead(204, toFields(headers))
  call.answer.end()
}
