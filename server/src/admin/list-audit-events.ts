import { createRoute, z } from '@hono/zod-openapi'
import { listAuditEvents } from '#audit/list-audit-events.ts'
import { decodeCursor, encodeCursor } from '#http/cursor.ts'
import { notFound } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { instant, toIso } from './instant.ts'
import { jsonAnswer, listOf, problemAnswers, tenantParams } from './route-parts.ts'
import { refuseParameter } from './validation.ts'

const AuditEventSchema = z
  .object({
    id: z.string(),
    occurredAt: instant,
    actor: z.string().openapi({ example: 'operator opr_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    action: z.string().openapi({ example: 'refresh_token_reused' }),
    subjectId: z.string().openapi({ description: 'What has changed.', example: 'cred_5f0c8a1b2c3d' }),
    detail: z.record(z.string(), z.unknown()),
    requestId: z.string(),
  })
  .openapi('AuditEvent')

const query = z.strictObject({
  subject: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Id of a credential, an operator, a token.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
})

export const listAuditEventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/audit-events',
  operationId: 'listAuditEvents',
  summary: 'What has happened in a tenant, the newest first',
  tags: ['Audit'],
  request: { params: tenantParams, query },
  responses: { 200: jsonAnswer('One page', listOf(AuditEventSchema)), ...problemAnswers(404, 422) },
})

export function registerListAuditEvents(app: AdminApp, deps: AdminDeps): void {
  app.openapi(listAuditEventsRoute, async (c) => {
    const tenant = findTenant(deps, c.req.valid('param').tenantId)
    if (!tenant) return notFound(c)
    const { subject: subjectId, limit, cursor } = c.req.valid('query')
    const before = cursor === undefined ? undefined : readPlace(cursor)
    if (cursor !== undefined && !before)
      return refuseParameter(c, 'cursor', 'This is not a cursor of this list.')
    const { items, next } = await listAuditEvents(deps.db, { tenantId: tenant.id, subjectId, before, limit })
    return c.json(
      {
        items: items.map((event) => ({ ...event, occurredAt: toIso(event.occurredAt) })),
        nextCursor: next ? encodeCursor([String(next.occurredAt), next.id]) : null,
      },
      200,
    )
  })
}

function readPlace(cursor: string): { readonly occurredAt: number; readonly id: string } | undefined {
  const [instant = '', id = ''] = decodeCursor(cursor, 2) ?? []
  return /^\d{1,15}$/.test(instant) && id !== '' ? { occurredAt: Number(instant), id } : undefined
}
