import { createRoute, z } from '@hono/zod-openapi'
import type { AdminApp, AdminDeps } from '#admin/deps.ts'
import { jsonAnswer, publicProblemAnswers } from '#admin/route-parts.ts'

const ConsoleSchema = z
  .object({
    brand: z.object({ name: z.string() }),
    singleSignOn: z
      .object({ name: z.string() })
      .nullable()
      .openapi({ description: 'As the button says it.' }),
  })
  .openapi('Console')

export const getConsoleRoute = createRoute({
  method: 'get',
  path: '/api/v1/console',
  operationId: 'getConsole',
  summary: 'What the sign-in page shows',
  tags: ['Signing in'],
  security: [],
  responses: { 200: jsonAnswer('The same for everybody', ConsoleSchema), ...publicProblemAnswers() },
})

export function registerGetConsole(app: AdminApp, { brandName, singleSignOnName }: AdminDeps): void {
  const singleSignOn = singleSignOnName === undefined ? null : { name: singleSignOnName }
  app.openapi(getConsoleRoute, (c) => c.json({ brand: { name: brandName }, singleSignOn }, 200))
}
