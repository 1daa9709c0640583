import { createRoute, z } from '@hono/zod-openapi'
import { refuse } from './answers.ts'
import type { AdminApp, AdminDeps } from './deps.ts'
import { isInEveryTenant } from './in-every-tenant.ts'
import { instant, toIso } from './instant.ts'
import { jsonAnswer, problemAnswers } from './route-parts.ts'

const GatewaySchema = z
  .object({
    id: z.string().openapi({ example: 'node_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    name: z.string().openapi({ example: 'gateway-3' }),
    state: z.enum(['connected', 'silent', 'stopped']).openapi({
      description:
        'silent: nobody has heard of it for more than 10 seconds. stopped: it said that it ends, and answers nothing.',
    }),
    behind: z.int().openapi({ description: 'How many changes it has not confirmed.' }),
    lastSeenAt: instant,
    sameDigest: z.boolean().nullable().openapi({
      description: 'Whether it decides by exactly what is stored. Null while it is on its way there.',
    }),
    sameConfiguration: z
      .boolean()
      .openapi({ description: 'Whether it has the tenants and catalogs of this control plane.' }),
  })
  .openapi('Gateway')

export const listGatewaysRoute = createRoute({
  method: 'get',
  path: '/api/v1/gateways',
  operationId: 'listGateways',
  summary: 'The gateways, and whether each decides by what is stored',
  tags: ['Operation'],
  responses: {
    200: jsonAnswer('Those of the last two days', z.object({ items: z.array(GatewaySchema) })),
    ...problemAnswers(403),
  },
})

/** For whoever has a role in every tenant: a gateway serves them all. */
export function registerListGateways(app: AdminApp, { tenants, listGateways }: AdminDeps): void {
  app.openapi(listGatewaysRoute, async (c) => {
    if (!isInEveryTenant(c.get('principal'), tenants))
      return refuse(c, { code: 'role_missing', detail: 'The gateways serve all tenants together.' })
    const items = (await listGateways()).map(({ lastSeenAt, sameDigest, ...gateway }) => ({
      id: gateway.id,
      name: gateway.name,
      state: gateway.state,
      behind: gateway.behind,
      lastSeenAt: toIso(lastSeenAt),
      sameDigest: sameDigest ?? null,
      sameConfiguration: gateway.sameConfiguration,
    }))
    return c.json({ items }, 200)
  })
}
