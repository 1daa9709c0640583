import { createRoute, z } from '@hono/zod-openapi'
import { refuse } from '#admin/answers.ts'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { jsonBody } from '#admin/read-body.ts'
import { jsonAnswer, jsonRequest, publicProblemAnswers } from '#admin/route-parts.ts'
import { WelcomeViewSchema } from './people-schemas.ts'

export const checkWelcomeRoute = createRoute({
  method: 'post',
  path: '/api/v1/welcome/check',
  operationId: 'checkWelcome',
  summary: 'What the code of a welcome link is for',
  description: 'By POST, since addresses end up in logs.',
  tags: ['Signing in'],
  security: [],
  middleware: jsonBody,
  request: { body: jsonRequest(z.strictObject({ code: z.string().max(200) })) },
  responses: {
    200: jsonAnswer('The code can be used', WelcomeViewSchema),
    ...publicProblemAnswers(400, 413, 415, 422),
  },
})

export function registerCheckWelcome(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(checkWelcomeRoute, async (c) => {
    const view = await operators.checkInvitation(c.req.valid('json').code)
    return view ? c.json(view, 200) : refuse(c, { code: 'invitation_invalid' })
  })
}
