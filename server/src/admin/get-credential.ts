import { createRoute } from '@hono/zod-openapi'
import { getCredential } from '#credentials/get-credential.ts'
import { etag, notFound, toCredentialJson } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { credentialParams, jsonAnswer, problemAnswers, withEtag } from './route-parts.ts'
import { CredentialSchema } from './schemas.ts'

export const getCredentialRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}',
  operationId: 'getCredential',
  summary: 'One credential',
  tags: ['Credentials'],
  request: { params: credentialParams },
  responses: { 200: withEtag(jsonAnswer('The credential', CredentialSchema)), ...problemAnswers(404) },
})

export function registerGetCredential(app: AdminApp, deps: AdminDeps): void {
  app.openapi(getCredentialRoute, async (c) => {
    const { tenantId, credentialId } = c.req.valid('param')
    if (!findTenant(deps, tenantId)) return notFound(c)
    const credential = await getCredential(deps.db, { tenantId, credentialId })
    if (!credential) return notFound(c)
    c.header('etag', etag(credential.version))
    return c.json(toCredentialJson(credential), 200)
  })
}
