import { createRoute, z } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { jsonAnswer, problemAnswers, tenantParams } from '#admin/route-parts.ts'
import { ManagementTokenSchema, toManagementTokenJson } from './management-token-schemas.ts'

export const listManagementTokensRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/management-tokens',
  operationId: 'listManagementTokens',
  summary: 'With what programs reach this API for a tenant',
  tags: ['Management tokens'],
  request: { params: tenantParams },
  responses: {
    200: jsonAnswer('All that work now', z.object({ items: z.array(ManagementTokenSchema) })),
    ...problemAnswers(404),
  },
})

export function registerListManagementTokens(app: AdminApp, { managementTokens }: AdminDeps): void {
  app.openapi(listManagementTokensRoute, async (c) => {
    const found = await managementTokens.list(c.req.valid('param').tenantId)
    return c.json({ items: found.map(toManagementTokenJson) }, 200)
  })
}
