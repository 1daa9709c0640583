import { createRoute, z } from '@hono/zod-openapi'
import { refuse } from '#admin/answers.ts'
import { type AdminApp, type AdminDeps, contextOf } from '#admin/deps.ts'
import { problemAnswers, tenantParams } from '#admin/route-parts.ts'

export const revokeManagementTokenRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tenants/{tenantId}/management-tokens/{managementTokenId}',
  operationId: 'revokeManagementToken',
  summary: 'End a management token of a tenant for good',
  tags: ['Management tokens'],
  request: { params: tenantParams.extend({ managementTokenId: z.string() }) },
  responses: { 204: { description: 'From the next request on it is refused' }, ...problemAnswers(403, 404) },
})

export function registerRevokeManagementToken(app: AdminApp, { managementTokens }: AdminDeps): void {
  app.openapi(revokeManagementTokenRoute, async (c) => {
    const { tenantId, managementTokenId: id } = c.req.valid('param')
    if (await managementTokens.revoke({ ...contextOf(c), tenantId, id })) return c.body(null, 204)
    const detail = 'This tenant has no such management token. Those that reach every tenant are not its own.'
    return refuse(c, { code: 'not_found', detail })
  })
}
