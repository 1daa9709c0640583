import { createRoute, z } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { isInEveryTenant } from '#admin/in-every-tenant.ts'
import { RoleSchema } from '#admin/operators/people-schemas.ts'
import { jsonAnswer, problemAnswers } from '#admin/route-parts.ts'
import { TenantSchema } from '#admin/schemas.ts'
import { toTenantJson } from '#admin/tenant-json.ts'

const MeSchema = z
  .object({
    operator: z
      .object({
        id: z.string(),
        name: z.string(),
        email: z.string(),
        twoFactorEnabled: z.boolean(),
        hasPassword: z.boolean(),
      })
      .nullable()
      .openapi({ description: 'Null for a management token.' }),
    tenants: z.array(TenantSchema.extend({ role: RoleSchema })),
    gatewayUrl: z.string().openapi({ description: 'Where the programs of partners send their calls.' }),
    seesGateways: z
      .boolean()
      .openapi({ description: 'Whether they may list the gateways: with a role in every tenant.' }),
  })
  .openapi('Me')

export const getMeRoute = createRoute({
  method: 'get',
  path: '/api/v1/me',
  operationId: 'getMe',
  summary: 'Who asks, and what they may do where',
  tags: ['Signing in'],
  responses: { 200: jsonAnswer('As it is at this moment', MeSchema), ...problemAnswers() },
})

export function registerGetMe(app: AdminApp, { tenants, gatewayUrl }: AdminDeps): void {
  app.openapi(getMeRoute, (c) => {
    const principal = c.get('principal')
    const { roleIn, session } = principal
    const own = tenants.flatMap((tenant) => {
      const role = roleIn(tenant.id)
      return role === undefined ? [] : [{ ...toTenantJson(tenant), role }]
    })
    const operator = session && {
      id: session.operatorId,
      name: session.name,
      email: session.email,
      twoFactorEnabled: session.twoFactorEnabled,
      hasPassword: session.hasPassword,
    }
    const seesGateways = isInEveryTenant(principal, tenants)
    return c.json({ operator: operator ?? null, tenants: own, gatewayUrl, seesGateways }, 200)
  })
}
