import { createRoute, z } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { jsonAnswer, problemAnswers, tenantParams } from '#admin/route-parts.ts'
import { toOperatorJson } from './operator-json.ts'
import { OperatorSchema } from './people-schemas.ts'

export const listOperatorsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/operators',
  operationId: 'listOperators',
  summary: 'Who may sign in to a tenant, by name',
  tags: ['Operators'],
  request: { params: tenantParams },
  responses: { 200: jsonAnswer('All', z.object({ items: z.array(OperatorSchema) })), ...problemAnswers(404) },
})

export function registerListOperators(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(listOperatorsRoute, async (c) => {
    const found = await operators.listOperators(c.req.valid('param').tenantId)
    return c.json({ items: found.map(toOperatorJson) }, 200)
  })
}
