import { createMiddleware } from 'hono/factory'
import { bearerToken } from '#http/bearer.ts'
import { isSameOrigin } from '#http/same-origin.ts'
import { refuse } from './answers.ts'
import type { AdminContext, AdminDeps, AdminEnv } from './deps.ts'
import { managementTokenPrincipal, operatorPrincipal } from './principal.ts'

const REALM = 'Bearer realm="Stagedoor admin API"'

/** Lets through who is signed in to the console or presents a management token, and notes who it is. */
export function authenticate(deps: Pick<AdminDeps, 'managementTokens' | 'operators' | 'origins'>) {
  return createMiddleware<AdminEnv>(async (c, next) => {
    const header = c.req.header('authorization')
    // A program says who it is in the header alone: then no cookie counts, and no other site can add one.
    if (header !== undefined) {
      const token = bearerToken(header)
      const verified = token === undefined ? undefined : await deps.managementTokens.verify(token)
      if (!verified) return refuseUnknown(c, `${REALM}, error="invalid_token"`)
      c.set('principal', managementTokenPrincipal(verified))
      return await next()
    }
    const session = await deps.operators.findSession(c.req.raw.headers)
    if (!session) return refuseUnknown(c, REALM)
    const { method } = c.req
    if (!isSameOrigin({ method, header: (name) => c.req.header(name) }, deps.origins))
      return refuse(c, { code: 'cross_origin' })
    c.set('principal', operatorPrincipal(session))
    return await next()
  })
}

function refuseUnknown(c: AdminContext, challenge: string): Response {
  return refuse(c, {
    code: 'unauthenticated',
    detail: 'Sign in to the console, or send "Authorization: Bearer <management token>".',
    headers: { 'www-authenticate': challenge },
  })
}
