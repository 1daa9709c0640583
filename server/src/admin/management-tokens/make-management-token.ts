import { createRoute } from '@hono/zod-openapi'
import { refuseOutcome } from '#admin/answers.ts'
import { type AdminApp, type AdminDeps, contextOf } from '#admin/deps.ts'
import { jsonBody } from '#admin/read-body.ts'
import { jsonAnswer, jsonRequest, problemAnswers, tenantParams } from '#admin/route-parts.ts'
import {
  MadeManagementTokenSchema,
  NewManagementTokenSchema,
  toManagementTokenJson,
} from './management-token-schemas.ts'

export const makeManagementTokenRoute = createRoute({
  method: 'post',
  path: '/api/v1/tenants/{tenantId}/management-tokens',
  operationId: 'makeManagementToken',
  summary: 'Make a management token for one tenant; it is shown this once',
  tags: ['Management tokens'],
  middleware: jsonBody,
  request: { params: tenantParams, body: jsonRequest(NewManagementTokenSchema) },
  responses: {
    201: jsonAnswer('Made', MadeManagementTokenSchema),
    ...problemAnswers(400, 403, 404, 413, 415, 422),
  },
})

export function registerMakeManagementToken(app: AdminApp, { managementTokens }: AdminDeps): void {
  app.openapi(makeManagementTokenRoute, async (c) => {
    const { tenantId } = c.req.valid('param')
    const createdBy = c.get('principal').session?.operatorId
    const command = { ...contextOf(c), tenantId, createdBy, ...c.req.valid('json') }
    const result = await managementTokens.make(command)
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    return c.json(
      { managementToken: toManagementTokenJson(result.managementToken), token: result.token },
      201,
    )
  })
}
