import { createRoute } from '@hono/zod-openapi'
import { refuseOutcome } from '#admin/answers.ts'
import { type AdminApp, type AdminDeps, contextOf } from '#admin/deps.ts'
import { toIso } from '#admin/instant.ts'
import { jsonBody } from '#admin/read-body.ts'
import { jsonAnswer, jsonRequest, problemAnswers, tenantParams } from '#admin/route-parts.ts'
import { toOperatorJson } from './operator-json.ts'
import { AddedOperatorSchema, NewOperatorSchema } from './people-schemas.ts'

export const addOperatorRoute = createRoute({
  method: 'post',
  path: '/api/v1/tenants/{tenantId}/operators',
  operationId: 'addOperator',
  summary: 'Let somebody sign in to a tenant',
  description: 'Nothing is sent by e-mail: whoever asks hands over the link with the code.',
  tags: ['Operators'],
  middleware: jsonBody,
  request: { params: tenantParams, body: jsonRequest(NewOperatorSchema) },
  responses: {
    201: jsonAnswer('Added', AddedOperatorSchema),
    ...problemAnswers(400, 403, 404, 409, 413, 415, 422),
  },
})

export function registerAddOperator(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(addOperatorRoute, async (c) => {
    const { tenantId } = c.req.valid('param')
    const result = await operators.addOperator({ ...contextOf(c), tenantId, ...c.req.valid('json') })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const { operator, invitation } = result
    const shown = invitation ? { code: invitation.code, expiresAt: toIso(invitation.expiresAt) } : null
    return c.json({ operator: toOperatorJson(operator), invitation: shown }, 201)
  })
}
