import { refuse } from '#admin/answers.ts'
import type { AdminContext } from '#admin/deps.ts'
import type { OperatorSession } from '#operators/sessions.ts'

/** The session of the operator who asks, or the answer to a program: it has none. */
export function mySession(c: AdminContext): OperatorSession | Response {
  const { session } = c.get('principal')
  return session ?? refuse(c, { code: 'not_found', detail: 'A management token has no sessions.' })
}
