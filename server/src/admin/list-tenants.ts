import { createRoute } from '@hono/zod-openapi'
import type { AdminApp, OperationDeps } from './deps.ts'
import { jsonAnswer, listOf, problemAnswers } from './route-parts.ts'
import { TenantSchema } from './schemas.ts'

export const listTenantsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants',
  operationId: 'listTenants',
  summary: 'The tenants',
  tags: ['Tenants'],
  responses: { 200: jsonAnswer('All tenants', listOf(TenantSchema)), ...problemAnswers() },
})

/** A management token sees every tenant that is configured. */
export function registerListTenants(app: AdminApp, deps: OperationDeps): void {
  app.openapi(listTenantsRoute, (c) => {
    const items = deps.tenants.map(({ id, name, edition }) => ({ id, name, edition }))
    return c.json({ items, nextCursor: null }, 200)
  })
}
