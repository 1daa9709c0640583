import { Hono } from 'hono'
import { requestId } from '#http/request-id.ts'
import { registerAcknowledgements } from './acknowledgements.ts'
import { refuse, refuseError } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { registerChanges } from './changes.ts'
import { NODES_PATH, type NodesApp, type NodesDeps, type NodesEnv } from './deps.ts'
import { registerDigest } from './digest.ts'
import { registerLeave } from './leave.ts'
import { registerOAuth } from './oauth.ts'
import { registerSnapshot } from './snapshot.ts'
import { registerUsage } from './usage.ts'

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const

/** What gateways ask a control plane, to be mounted on the console's port: everything below `/nodes/v1/`. */
export function createNodesApi(deps: NodesDeps): NodesApp {
  const app: NodesApp = new Hono<NodesEnv>().basePath(NODES_PATH)
  app.use(async (c, next) => {
    c.set('requestId', requestId(deps.randomBytes))
    await next()
    // An answer of the OAuth endpoints, which say themselves how it is to be treated.
    if (c.res.headers.has('x-request-id')) return
    c.header('x-request-id', c.get('requestId'))
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  })
  app.onError((error, c) => refuseError(error, c, deps))
  app.notFound((c) => refuse(c, { code: 'not_found', detail: 'There is no such address for gateways.' }))
  app.use(authenticate(deps.nodeTokens))
  registerOAuth(app, deps)
  app.use(async (c, next) => {
    // Nobody would read the stream behind a HEAD.
    if (c.req.method !== 'HEAD') return await next()
    return refuse(c, { code: 'method_not_allowed' })
  })
  registerSnapshot(app, deps)
  registerChanges(app, deps)
  registerAcknowledgements(app, deps)
  registerLeave(app, deps)
  registerDigest(app, deps)
  registerUsage(app, deps)
  return app
}
