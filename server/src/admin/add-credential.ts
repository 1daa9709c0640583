import { createRoute } from '@hono/zod-openapi'
import { addCredential } from '#credentials/add-credential.ts'
import { etag, notFound, refuse, refuseOutcome, toCredentialJson, toSecretsJson } from './answers.ts'
import { type AdminApp, type AdminDeps, contextOf, findTenant } from './deps.ts'
import { jsonBody } from './read-body.ts'
import { toReceiptJson } from './receipt-json.ts'
import {
  idempotencyKeyParameter,
  jsonAnswer,
  jsonRequest,
  problemAnswers,
  tenantParams,
  withEtag,
} from './route-parts.ts'
import { AddedCredentialSchema, NewCredentialSchema } from './schemas.ts'

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
    ...problemAnswers(400, 403, 404, 409, 413, 415, 422, 503),
  },
})

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

export function registerAddCredential(app: AdminApp, deps: AdminDeps): void {
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
    const context = contextOf(c)
    const result = await addCredential(deps, {
      ...context,
      tenant,
      fields: c.req.valid('json'),
      idempotencyKey,
    })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const { credential } = result
    const receipt = toReceiptJson(await deps.confirm({ tenantId: tenant.id }))
    c.header('location', `/api/v1/tenants/${encodeURIComponent(tenant.id)}/credentials/${credential.id}`)
    c.header('etag', etag(credential.version))
    if (result.outcome === 'replayed') c.header('idempotency-replayed', 'true')
    const secrets = result.outcome === 'added' ? toSecretsJson(result.secrets) : null
    return c.json({ credential: toCredentialJson(credential), secrets, receipt }, 201)
  })
}
