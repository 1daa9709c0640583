import { createRoute } from '@hono/zod-openapi'
import { addCredential } from '#credentials/add-credential.ts'
import type { Secrets } from '#credentials/mint-tokens.ts'
import { etag, notFound, refuse, refuseOutcome, toCredentialJson, toIso } from './answers.ts'
import { type AdminApp, findTenant, type OperationDeps } from './deps.ts'
import { jsonBody } from './read-body.ts'
import {
  idempotencyKeyParameter,
  jsonAnswer,
  jsonRequest,
  problemAnswers,
  tenantParams,
  withEtag,
} from './route-parts.ts'
import { type AddedCredentialJson, AddedCredentialSchema, NewCredentialSchema } from './schemas.ts'

export const addCredentialRoute = createRoute({
  method: 'post',
  path: '/api/v1/tenants/{tenantId}/credentials',
  operationId: 'addCredential',
  summary: 'Add a credential; its tokens are shown this once',
  tags: ['Credentials'],
  parameters: [idempotencyKeyParameter],
  middleware: jsonBody,
  request: { params: tenantParams, body: jsonRequest(NewCredentialSchema) },
  responses: {
    201: withEtag(jsonAnswer('Added; Location has its address', AddedCredentialSchema)),
    ...problemAnswers(400, 404, 409, 413, 415, 422, 503),
  },
})

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

export function registerAddCredential(app: AdminApp, deps: OperationDeps): void {
  app.openapi(addCredentialRoute, async (c) => {
    const tenant = findTenant(deps, c.req.valid('param').tenantId)
    if (!tenant) return notFound(c)
    const idempotencyKey = c.req.header('idempotency-key')
    if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
      return refuse(c, {
        code: 'header_malformed',
        detail: 'Idempotency-Key has 1 to 255 printable ASCII characters.',
      })
    }
    const context = { actor: c.get('actor'), requestId: c.get('requestId') }
    const result = await addCredential(deps, {
      ...context,
      tenant,
      fields: c.req.valid('json'),
      idempotencyKey,
    })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const { credential } = result
    // The tokens can never be shown again, and one that a gateway does not know yet is refused: so answer in any case.
    await deps.catchUp().catch((error: unknown) => {
      deps.log.error(
        { err: error, requestId: context.requestId },
        'a new credential has not reached the gateway',
      )
    })
    c.header('location', `/api/v1/tenants/${encodeURIComponent(tenant.id)}/credentials/${credential.id}`)
    c.header('etag', etag(credential.version))
    if (result.outcome === 'replayed') c.header('idempotency-replayed', 'true')
    const secrets = result.outcome === 'added' ? toSecretsJson(result.secrets) : null
    return c.json({ credential: toCredentialJson(credential), secrets }, 201)
  })
}

function toSecretsJson(secrets: Secrets): AddedCredentialJson['secrets'] {
  if (secrets.kind === 'api_token') return { apiToken: secrets.apiToken }
  const { accessToken, refreshToken } = secrets
  return {
    accessToken: { value: accessToken.value, expiresAt: toIso(accessToken.expiresAt) },
    refreshToken: { value: refreshToken.value, expiresAt: toIso(refreshToken.expiresAt) },
  }
}
