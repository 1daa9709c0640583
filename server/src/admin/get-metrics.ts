import { createRoute, z } from '@hono/zod-openapi'
import { refuse } from './answers.ts'
import type { AdminApp, AdminDeps } from './deps.ts'
import { isInEveryTenant } from './in-every-tenant.ts'
import { problemAnswers } from './route-parts.ts'

export const getMetricsRoute = createRoute({
  method: 'get',
  path: '/api/v1/metrics',
  operationId: 'getMetrics',
  summary: 'What this process has counted',
  tags: ['Operation'],
  responses: {
    200: {
      description: 'The text format of Prometheus. `stagedoor_alarms_total` counts what should never happen.',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problemAnswers(403),
  },
})

/** For whoever has a role in every tenant: what is counted is not divided by tenant. */
export function registerGetMetrics(app: AdminApp, { tenants, readMetrics }: AdminDeps): void {
  app.openapi(getMetricsRoute, async (c) => {
    if (!isInEveryTenant(c.get('principal'), tenants))
      return refuse(c, { code: 'role_missing', detail: 'The metrics are about all tenants together.' })
    const { contentType, text } = await readMetrics()
    return c.text(text, 200, { 'content-type': contentType })
  })
}
