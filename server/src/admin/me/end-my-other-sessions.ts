import { createRoute } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { problemAnswers } from '#admin/route-parts.ts'
import { mySession } from './my-session.ts'

export const endMyOtherSessionsRoute = createRoute({
  method: 'delete',
  path: '/api/v1/me/sessions',
  operationId: 'endMyOtherSessions',
  summary: 'Sign out everywhere else',
  tags: ['Signing in'],
  responses: { 204: { description: 'The session that asks is the only one' }, ...problemAnswers(404) },
})

export function registerEndMyOtherSessions(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(endMyOtherSessionsRoute, async (c) => {
    const mine = mySession(c)
    if (mine instanceof Response) return mine
    await operators.endOtherSessions({ operatorId: mine.operatorId, sessionId: mine.sessionId })
    return c.body(null, 204)
  })
}
