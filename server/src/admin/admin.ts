import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { unavailability } from '#credentials/unavailable.ts'
import { requestId } from '#http/request-id.ts'
import { refuse } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { authorize } from './authorize.ts'
import type { AdminApp, AdminContext, AdminDeps, AdminEnv } from './deps.ts'
import { OPENAPI_PATH, openApiDocument } from './openapi.ts'
import { OPERATIONS, PUBLIC_OPERATIONS } from './operations.ts'
import { discardBody } from './read-body.ts'
import { refuseInvalid } from './validation.ts'

/** What an answer with data tells a browser: it is no page, and no other site's business. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** The admin API and the sign-in, to be mounted on the console's port. What is not public needs somebody signed in. */
export function createAdmin(deps: AdminDeps): AdminApp {
  const app: AdminApp = new OpenAPIHono<AdminEnv>({ defaultHook: refuseInvalid })
  const document = openApiDocument()
  app.use(async (c, next) => {
    c.set('requestId', requestId(deps.randomBytes))
    await next()
    await discardBody(c.req.raw)
    c.header('x-request-id', c.get('requestId'))
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  })
  app.onError((error, c) => refuseError(error, c, deps))
  app.get(OPENAPI_PATH, (c) => c.json(document))
  app.all('/api/auth/*', (c) => deps.operators.handle(c.req.raw, { requestId: c.get('requestId') }))
  for (const { register } of PUBLIC_OPERATIONS) register(app, deps)
  app.use(authenticate(deps))
  app.use('/api/v1/tenants/:tenantId/*', authorize(deps))
  app.notFound(refuseUnrouted)
  for (const { register } of OPERATIONS) register(app, deps)
  return app
}

function refuseError(error: Error, c: AdminContext, { log }: AdminDeps): Response {
  // The library's own refusals; ours come first, so these are the odd spellings of a media type.
  if (error instanceof HTTPException && error.status === 415)
    return refuse(c, { code: 'unsupported_media_type' })
  if (error instanceof HTTPException && error.status === 400) return refuse(c, { code: 'json_malformed' })
  const unavailable = unavailability(error)
  if (unavailable) {
    log.warn({ err: error, requestId: c.get('requestId') }, 'the database could not serve an admin request')
    const headers = { 'retry-after': String(unavailable.retryAfterSeconds) }
    return refuse(c, { code: 'storage_unavailable', detail: unavailable.detail, headers })
  }
  log.error({ err: error, requestId: c.get('requestId') }, 'an admin request broke')
  return refuse(c, { code: 'internal_error', detail: 'The request id finds the reason in the log.' })
}

const ROUTES = [...PUBLIC_OPERATIONS, ...OPERATIONS].map(({ route }) => route)
const ADDRESSES = [...ROUTES, { path: OPENAPI_PATH, method: 'get' }].map(({ path, method }) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  methods: method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
}))

/** An address of the API with another method, or no address of it. */
function refuseUnrouted(c: AdminContext): Response {
  const methods = ADDRESSES.filter(({ pattern }) => pattern.test(c.req.path)).flatMap(
    (address) => address.methods,
  )
  if (methods.length === 0) return refuse(c, { code: 'not_found', detail: 'The API has no such address.' })
  return refuse(c, { code: 'method_not_allowed', headers: { allow: methods.join(', ') } })
}
