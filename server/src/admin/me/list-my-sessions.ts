import { createRoute, z } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { instant, toIso } from '#admin/instant.ts'
import { jsonAnswer, problemAnswers } from '#admin/route-parts.ts'
import { mySession } from './my-session.ts'

const SessionSchema = z
  .object({
    id: z.string().openapi({ example: 'ses_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    createdAt: instant,
    lastUsedAt: instant,
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    current: z.boolean().openapi({ description: 'The one that asks.' }),
  })
  .openapi('Session')

export const listMySessionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/me/sessions',
  operationId: 'listMySessions',
  summary: 'Where one is signed in, the last used first',
  tags: ['Signing in'],
  responses: { 200: jsonAnswer('All', z.object({ items: z.array(SessionSchema) })), ...problemAnswers(404) },
})

export function registerListMySessions(app: AdminApp, { operators }: AdminDeps): void {
  app.openapi(listMySessionsRoute, async (c) => {
    const mine = mySession(c)
    if (mine instanceof Response) return mine
    const sessions = await operators.listSessions(mine.operatorId)
    const items = sessions.map(({ id, createdAt, lastUsedAt, ipAddress, userAgent }) => ({
      id,
      createdAt: toIso(createdAt),
      lastUsedAt: toIso(lastUsedAt),
      ipAddress: ipAddress ?? null,
      userAgent: userAgent ?? null,
      current: id === mine.sessionId,
    }))
    return c.json({ items }, 200)
  })
}
