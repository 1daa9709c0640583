import { createRoute, z } from '@hono/zod-openapi'
import type { Endpoint } from '@stagedoor/core/catalog/endpoint.ts'
import { decodeCursor, encodeCursor } from '#http/cursor.ts'
import { notFound } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { jsonAnswer, listOf, problemAnswers, searchParameter, tenantParams } from './route-parts.ts'
import { EndpointSchema } from './schemas.ts'
import { refuseParameter } from './validation.ts'

const query = z.strictObject({
  search: searchParameter('Words that operation, title, path and resource must all contain, in any case.'),
  catalog: z.string().optional(),
  resource: z.string().optional(),
  effect: z.enum(['read', 'write']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
})

export const listEndpointsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/endpoints',
  operationId: 'listEndpoints',
  summary: 'The endpoints of a tenant',
  tags: ['Endpoints'],
  request: { params: tenantParams, query },
  responses: { 200: jsonAnswer('One page', listOf(EndpointSchema)), ...problemAnswers(404, 422) },
})

/** In the order of the tenant's catalogs. */
export function registerListEndpoints(app: AdminApp, deps: AdminDeps): void {
  app.openapi(listEndpointsRoute, (c) => {
    const tenant = findTenant(deps, c.req.valid('param').tenantId)
    if (!tenant) return notFound(c)
    const { cursor, limit, ...filter } = c.req.valid('query')
    const all = tenant.catalogs.flatMap((catalog) => catalog.endpoints)
    const start = cursor === undefined ? 0 : placeAfter(all, cursor)
    if (start === undefined) return refuseParameter(c, 'cursor', 'This is not a cursor of this list.')
    const found = all.slice(start).filter(matching(filter))
    const page = found.slice(0, limit)
    const last = found.length > limit ? page.at(-1) : undefined
    return c.json({ items: page.map(toJson), nextCursor: last ? encodeCursor([last.id]) : null }, 200)
  })
}

function placeAfter(all: readonly Endpoint[], cursor: string): number | undefined {
  const lastId = decodeCursor(cursor, 1)?.[0]
  const index = all.findIndex(({ id }) => id === lastId)
  return index < 0 ? undefined : index + 1
}

type Filter = Omit<z.infer<typeof query>, 'cursor' | 'limit'>

function matching({ search, catalog, resource, effect }: Filter): (endpoint: Endpoint) => boolean {
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean)
  return (endpoint) => {
    if (catalog !== undefined && endpoint.catalog !== catalog) return false
    if (resource !== undefined && endpoint.resource !== resource) return false
    if (effect !== undefined && endpoint.effect !== effect) return false
    const text = [endpoint.operation, endpoint.title, endpoint.path, endpoint.resource]
      .join('\n')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

function toJson(endpoint: Endpoint): z.infer<typeof EndpointSchema> {
  const {
    id,
    catalog,
    operation,
    method,
    path,
    title,
    resource,
    effect,
    licenceTier,
    inferred,
    personalData,
  } = endpoint
  return {
    id,
    catalog,
    operation,
    method,
    path,
    title,
    resource,
    effect,
    ...(licenceTier !== undefined && { licenceTier }),
    ...(inferred && { inferred }),
    ...(personalData && { personalData }),
  }
}
