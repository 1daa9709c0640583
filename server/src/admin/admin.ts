import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import { requestId } from '#http/request-id.ts'
import { registerAddCredential } from './add-credential.ts'
import { refuse } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { registerDeleteCredential } from './delete-credential.ts'
import type { AdminApp, AdminContext, AdminDeps, AdminEnv } from './deps.ts'
import { registerEditCredential } from './edit-credential.ts'
import { registerGetAllowedEndpoints } from './get-allowed-endpoints.ts'
import { registerGetCredential } from './get-credential.ts'
import { registerListCredentials } from './list-credentials.ts'
import { registerListEndpoints } from './list-endpoints.ts'
import { registerListTenants } from './list-tenants.ts'
import { OPENAPI_PATH, openApiDocument, ROUTES } from './openapi.ts'
import { discardBody } from './read-body.ts'
import { registerSetAllowedEndpoints } from './set-allowed-endpoints.ts'
import { refuseInvalid } from './validation.ts'

/** The admin API, to be mounted on the console's port. Its own document is public; all else needs a management token. */
export function createAdmin(deps: AdminDeps): AdminApp {
  const app: AdminApp = new OpenAPIHono<AdminEnv>({ defaultHook: refuseInvalid })
  const document = openApiDocument()
  app.use(async (c, next) => {
    c.set('requestId', requestId(deps.randomBytes))
    await next()
    await discardBody(c.req.raw)
    c.header('x-request-id', c.get('requestId'))
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
  })
  app.onError((error, c) => refuseError(error, c, deps))
  app.get(OPENAPI_PATH, (c) => c.json(document))
  app.use(authenticate(deps))
  app.notFound(refuseUnrouted)
  const operationDeps = { ...deps, hasher: createPasswordHasher(deps.randomBytes) }
  registerListTenants(app, operationDeps)
  registerListEndpoints(app, operationDeps)
  registerListCredentials(app, operationDeps)
  registerAddCredential(app, operationDeps)
  registerGetCredential(app, operationDeps)
  registerEditCredential(app, operationDeps)
  registerDeleteCredential(app, operationDeps)
  registerGetAllowedEndpoints(app, operationDeps)
  registerSetAllowedEndpoints(app, operationDeps)
  return app
}

function refuseError(error: Error, c: AdminContext, { log }: AdminDeps): Response {
  // The library's own refusals; ours come first, so these are the odd spellings of a media type.
  if (error instanceof HTTPException && error.status === 415)
    return refuse(c, { code: 'unsupported_media_type' })
  if (error instanceof HTTPException && error.status === 400) return refuse(c, { code: 'json_malformed' })
  log.error({ err: error, requestId: c.get('requestId') }, 'an admin request broke')
  return refuse(c, { code: 'internal_error', detail: 'The request id finds the reason in the log.' })
}

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
