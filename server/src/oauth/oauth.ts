import { Hono } from 'hono'
import { unavailability } from '#credentials/unavailable.ts'
import { requestId } from '#http/request-id.ts'
import { createDelayCounter, createWindowCounter } from '#operators/attempt-counters.ts'
import { clientNetwork } from '#operators/client-network.ts'
import { createSignInLimits } from '#operators/sign-in-limits.ts'
import { createAuthenticateClient } from '#tokens/authenticate-client.ts'
import { refuse } from './answers.ts'
import type { OAuthDeps, OAuthEnv } from './deps.ts'
import { INTROSPECTION_PATH, registerIntrospect } from './introspect.ts'
import { METADATA_PATH, registerMetadata } from './metadata.ts'
import { SERVER_ATTEMPTS } from './resource-server.ts'
import { REVOCATION_PATH, REVOCATIONS, registerRevoke } from './revoke.ts'
import { registerToken, TOKEN_PATH } from './token.ts'

/** The addresses of the OAuth endpoints, on the gateway's port. No catalog is mounted over them. */
export const OAUTH_PATHS: readonly string[] = [TOKEN_PATH, REVOCATION_PATH, INTROSPECTION_PATH, METADATA_PATH]

/** The OAuth endpoints. `address` is the caller's, as our own server says it. */
export function createOAuth(
  deps: OAuthDeps,
): (request: Request, caller: { readonly address: string }) => Promise<Response> {
  const parts = {
    ...deps,
    authenticateClient: createAuthenticateClient(deps),
    limits: createSignInLimits(deps.now),
    revocations: createWindowCounter(REVOCATIONS),
    serverAttempts: createDelayCounter(SERVER_ATTEMPTS),
  }
  const app = new Hono<OAuthEnv>()
  app.use(async (c, next) => {
    c.set('requestId', requestId(deps.randomBytes))
    c.set('network', clientNetwork(c.env.address))
    await next()
    c.header('x-request-id', c.get('requestId'))
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'no-referrer')
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    if (c.req.path === METADATA_PATH) return
    c.header('cache-control', 'no-store')
    c.header('pragma', 'no-cache')
  })
  app.onError((error, c) => {
    const unavailable = unavailability(error)
    if (unavailable) {
      deps.log.warn(
        { err: error, requestId: c.get('requestId') },
        'the database could not serve a token request',
      )
      return refuse(c, {
        error: 'temporarily_unavailable',
        description: unavailable.detail,
        status: 503,
        headers: { 'retry-after': String(unavailable.retryAfterSeconds) },
      })
    }
    deps.log.error({ err: error, requestId: c.get('requestId') }, 'a token request broke')
    return c.json(
      {
        error: 'server_error',
        error_description: 'Something broke. The request id finds the reason in the log.',
      },
      500,
    )
  })
  registerToken(app, parts)
  registerRevoke(app, parts)
  registerIntrospect(app, parts)
  registerMetadata(app, parts)
  app.all('*', (c) => {
    const allow = c.req.path === METADATA_PATH ? 'GET, HEAD' : 'POST'
    c.header('allow', allow)
    return c.json({ error: 'invalid_request', error_description: `Only ${allow} is answered here.` }, 405)
  })
  return async (request, caller) => await app.fetch(request, caller)
}
