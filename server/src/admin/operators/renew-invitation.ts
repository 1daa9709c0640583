import { createRoute } from '@hono/zod-openapi'
import { refuseOutcome } from '#admin/answers.ts'
import { type AdminApp, type AdminDeps, contextOf } from '#admin/deps.ts'
import { toIso } from '#admin/instant.ts'
import { jsonAnswer, operatorParams, problemAnswers } from '#admin/route-parts.ts'
import { InvitationSchema } from './people-schemas.ts'

export const renewInvitationRoute = createRoute({
  method: 'post',
  path: '/api/v1/tenants/{tenantId}/operators/{operatorId}/invitation',
  operationId: 'renewInvitation',
  summary: 'Make a new invitation link; the one before stops working',
  tags: ['Operators'],
  request: { params: operatorParams },
  responses: { 201: jsonAnswer('Shown this once', InvitationSchema), ...problemAnswers(403, 404, 409) },
})

export function registerRenewInvitation(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(renewInvitationRoute, async (c) => {
    const result = await operators.renewInvitation({ ...contextOf(c), ...c.req.valid('param') })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const { code, expiresAt } = result.invitation
    return c.json({ code, expiresAt: toIso(expiresAt) }, 201)
  })
}
