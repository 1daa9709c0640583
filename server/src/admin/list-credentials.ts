import { createRoute, z } from '@hono/zod-openapi'
import { AUTHENTICATION_METHODS } from '@stagedoor/core/credential.ts'
import { listCredentials } from '#credentials/list-credentials.ts'
import { decodeCursor, encodeCursor } from '#http/cursor.ts'
import { notFound, toCredentialJson } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { jsonAnswer, listOf, problemAnswers, searchParameter, tenantParams } from './route-parts.ts'
import { CredentialSchema } from './schemas.ts'
import { refuseParameter } from './validation.ts'

const query = z.strictObject({
  search: searchParameter('Words that title and description must all contain, in any case.'),
  active: z.enum(['true', 'false']).optional(),
  authenticationMethod: z.enum(AUTHENTICATION_METHODS).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
})

const pageOfCredentials = listOf(CredentialSchema).extend({
  total: z.number().int().openapi({ description: 'On all pages.' }),
})

export const listCredentialsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/credentials',
  operationId: 'listCredentials',
  summary: 'The credentials of a tenant, by title',
  tags: ['Credentials'],
  request: { params: tenantParams, query },
  responses: { 200: jsonAnswer('One page', pageOfCredentials), ...problemAnswers(404, 422) },
})

export function registerListCredentials(app: AdminApp, deps: AdminDeps): void {
  app.openapi(listCredentialsRoute, async (c) => {
    const tenant = findTenant(deps, c.req.valid('param').tenantId)
    if (!tenant) return notFound(c)
    const { search, limit, cursor, active: flag, authenticationMethod: method } = c.req.valid('query')
    const [titleKey, id] = (cursor === undefined ? undefined : decodeCursor(cursor, 2)) ?? []
    const after = titleKey === undefined || id === undefined ? undefined : { titleKey, id }
    if (cursor !== undefined && !after)
      return refuseParameter(c, 'cursor', 'This is not a cursor of this list.')
    const active = flag === undefined ? undefined : flag === 'true'
    const filter = { tenantId: tenant.id, search, active, method }
    const { items, next, total } = await listCredentials(deps.db, { ...filter, after, limit })
    const nextCursor = next ? encodeCursor([next.titleKey, next.id]) : null
    return c.json({ items: items.map(toCredentialJson), nextCursor, total }, 200)
  })
}
