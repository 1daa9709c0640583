import { createRoute } from '@hono/zod-openapi'
import { refuseOutcome } from '#admin/answers.ts'
import { type AdminApp, type AdminDeps, contextOf } from '#admin/deps.ts'
import { operatorParams, problemAnswers } from '#admin/route-parts.ts'

export const removeOperatorRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tenants/{tenantId}/operators/{operatorId}',
  operationId: 'removeOperator',
  summary: 'Take somebody out of a tenant',
  tags: ['Operators'],
  request: { params: operatorParams },
  responses: { 204: { description: 'Removed, from the next request on' }, ...problemAnswers(403, 404, 409) },
})

export function registerRemoveOperator(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(removeOperatorRoute, async (c) => {
    const result = await operators.removeFromTenant({ ...contextOf(c), ...c.req.valid('param') })
    return result.outcome === 'refused' ? refuseOutcome(c, result) : c.body(null, 204)
  })
}
