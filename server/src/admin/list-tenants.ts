import { createRoute } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from './deps.ts'
import { jsonAnswer, listOf, problemAnswers } from './route-parts.ts'
import { TenantSchema } from './schemas.ts'
import { toTenantJson } from './tenant-json.ts'

export const listTenantsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants',
  operationId: 'listTenants',
  summary: 'The tenants',
  tags: ['Tenants'],
  responses: { 200: jsonAnswer('All tenants', listOf(TenantSchema)), ...problemAnswers() },
})

/** Those in which whoever asks has a role. */
export function registerListTenants(app: AdminApp, deps: AdminDeps): void {
  app.openapi(listTenantsRoute, (c) => {
    const { roleIn } = c.get('principal')
    const items = deps.tenants.filter(({ id }) => roleIn(id) !== undefined).map(toTenantJson)
    return c.json({ items, nextCursor: null }, 200)
  })
}
