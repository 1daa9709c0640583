import { createRoute, z } from '@hono/zod-openapi'
import { refuseOutcome } from '#admin/answers.ts'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { jsonBody } from '#admin/read-body.ts'
import { jsonAnswer, jsonRequest, publicProblemAnswers } from '#admin/route-parts.ts'

const WelcomeSchema = z
  .strictObject({
    code: z.string().max(200),
    name: z.string(),
    email: z.string().optional().openapi({ description: 'Of the first operator; the invited have one.' }),
    password: z.string().openapi({ writeOnly: true }),
  })
  .openapi('Welcome')

export const welcomeRoute = createRoute({
  method: 'post',
  path: '/api/v1/welcome',
  operationId: 'welcome',
  summary: 'Become the first operator, or accept an invitation',
  tags: ['Signing in'],
  security: [],
  middleware: jsonBody,
  request: { body: jsonRequest(WelcomeSchema) },
  responses: {
    201: jsonAnswer(
      'With this e-mail address and the password one signs in',
      z.object({ email: z.string() }),
    ),
    ...publicProblemAnswers(400, 413, 415, 422, 503),
  },
})

export function registerWelcome(app: AdminApp, { operators, tenants }: AdminDeps): void {
  app.openapi(welcomeRoute, async (c) => {
    const requestId = c.get('requestId')
    const tenantIds = tenants.map(({ id }) => id)
    const result = await operators.acceptInvitation({ ...c.req.valid('json'), tenantIds, requestId })
    return result.outcome === 'refused' ? refuseOutcome(c, result) : c.json({ email: result.email }, 201)
  })
}
