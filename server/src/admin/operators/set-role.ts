import { createRoute, z } from '@hono/zod-openapi'
import { refuseOutcome } from '#admin/answers.ts'
import { type AdminApp, type AdminDeps, contextOf } from '#admin/deps.ts'
import { jsonBody } from '#admin/read-body.ts'
import { jsonAnswer, jsonRequest, operatorParams, problemAnswers } from '#admin/route-parts.ts'
import { toOperatorJson } from './operator-json.ts'
import { OperatorSchema, RoleSchema } from './people-schemas.ts'

export const setRoleRoute = createRoute({
  method: 'patch',
  path: '/api/v1/tenants/{tenantId}/operators/{operatorId}',
  operationId: 'setRole',
  summary: 'Give an operator another role',
  description: 'It holds from the next request of the operator on.',
  tags: ['Operators'],
  middleware: jsonBody,
  request: { params: operatorParams, body: jsonRequest(z.strictObject({ role: RoleSchema })) },
  responses: {
    200: jsonAnswer('As it is now', OperatorSchema),
    ...problemAnswers(400, 403, 404, 409, 413, 415, 422),
  },
})

export function registerSetRole(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(setRoleRoute, async (c) => {
    const params = c.req.valid('param')
    const result = await operators.setRole({ ...contextOf(c), ...params, ...c.req.valid('json') })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    return c.json(toOperatorJson(result.operator), 200)
  })
}
