import { createMiddleware } from 'hono/factory'
import { bearerToken } from '#http/bearer.ts'
import { refuse } from './answers.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'

const REALM = 'Bearer realm="Stagedoor admin API"'

/** Lets through who presents a management token, and notes who it is. No cookie is ever looked at. */
export function authenticate(deps: Pick<AdminDeps, 'verifyManagementToken'>) {
  return createMiddleware<AdminEnv>(async (c, next) => {
    const header = c.req.header('authorization')
    const token = bearerToken(header)
    const principal = token === undefined ? undefined : await deps.verifyManagementToken(token)
    if (!principal) {
      const challenge = header ? `${REALM}, error="invalid_token"` : REALM
      return refuse(c, {
        code: 'unauthenticated',
        detail: 'Send "Authorization: Bearer <management token>".',
        headers: { 'www-authenticate': challenge },
      })
    }
    c.set('actor', `management token ${principal.id}`)
    return await next()
  })
}
