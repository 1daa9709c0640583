import type { Unreadable } from '@stagedoor/core/decision.ts'
import { toFields } from '#gateway/fields.ts'
import { toUnreadable } from './addressed.ts'
import { type Desk, settle } from './desk.ts'
import type { ODataCall } from './read-call.ts'
import type { ODataService } from './services.ts'

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const

/** The methods that an address has, by the model; where it has none, why not for GET. */
export function methodsOf(
  service: ODataService,
  { text, ifMatch }: ODataCall,
): readonly string[] | Unreadable {
  const answers = METHODS.map((method) => ({
    method,
    analysis: service.analyse({ method, text, ifMatch }, () => undefined),
  }))
  const methods = answers.flatMap(({ method, analysis }) =>
    analysis.ok ? [method === 'GET' ? 'GET, HEAD' : method] : [],
  )
  const first = answers[0]?.analysis
  return methods.length === 0 && first && !first.ok ? toUnreadable(first) : methods
}

/**
 * OPTIONS is answered here: what the address can do is known from the model, and an upstream might do something else
 * with it. An address that no method has is refused as it would be for GET.
 */
export function answerOptions(desk: Desk, read: ODataCall): void {
  const { service, call, audience, deps, caller } = desk
  const methods = methodsOf(service, read)
  if ('reason' in methods) return void settle(desk, { kind: 'unreadable', problems: [methods] })
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
