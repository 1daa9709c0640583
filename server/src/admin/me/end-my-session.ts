import { createRoute, z } from '@hono/zod-openapi'
import { refuse } from '#admin/answers.ts'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { problemAnswers } from '#admin/route-parts.ts'
import { mySession } from './my-session.ts'

export const endMySessionRoute = createRoute({
  method: 'delete',
  path: '/api/v1/me/sessions/{sessionId}',
  operationId: 'endMySession',
  summary: 'Sign out elsewhere',
  tags: ['Signing in'],
  request: { params: z.object({ sessionId: z.string() }) },
  responses: { 204: { description: 'It has ended' }, ...problemAnswers(404) },
})

export function registerEndMySession(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(endMySessionRoute, async (c) => {
    const mine = mySession(c)
    if (mine instanceof Response) return mine
    const { sessionId } = c.req.valid('param')
    const ended = await operators.endSession({ operatorId: mine.operatorId, sessionId })
    return ended ? c.body(null, 204) : refuse(c, { code: 'not_found', detail: 'You have no such session.' })
  })
}
