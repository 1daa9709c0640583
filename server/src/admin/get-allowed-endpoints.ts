import { createRoute } from '@hono/zod-openapi'
import { getAllowedEndpoints } from '#credentials/get-credential.ts'
import { etag, notFound } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { credentialParams, jsonAnswer, problemAnswers, withEtag } from './route-parts.ts'
import { AllowedEndpointsSchema } from './schemas.ts'

export const getAllowedEndpointsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}/allowed-endpoints',
  operationId: 'getAllowedEndpoints',
  summary: 'What a credential may call',
  tags: ['Credentials'],
  request: { params: credentialParams },
  responses: {
    200: withEtag(jsonAnswer('The ids are sorted', AllowedEndpointsSchema)),
    ...problemAnswers(404),
  },
})

export function registerGetAllowedEndpoints(app: AdminApp, deps: AdminDeps): void {
  app.openapi(getAllowedEndpointsRoute, async (c) => {
    const { tenantId, credentialId } = c.req.valid('param')
    if (!findTenant(deps, tenantId)) return notFound(c)
    const found = await getAllowedEndpoints(deps.db, { tenantId, credentialId })
    if (!found) return notFound(c)
    c.header('etag', etag(found.version))
    return c.json(found.allowed, 200)
  })
}
