import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from './client.ts'

const PAGE_SIZE = 1000
const STALE_MS = 10 * 60 * 1000

/** Every endpoint of a tenant, in the order of its catalogs. They change with the catalogs' documents alone. */
export function endpointsQuery(tenantId: string) {
  return queryOptions({
    queryKey: ['tenants', tenantId, 'endpoints'],
    queryFn: () => loadAll(tenantId),
    staleTime: STALE_MS,
  })
}

async function loadAll(tenantId: string): Promise<readonly Schemas['Endpoint'][]> {
  const all: Schemas['Endpoint'][] = []
  let cursor: string | undefined
  do {
    const query = { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) }
    const page = await bodyOf(
      api.GET('/api/v1/tenants/{tenantId}/endpoints', { params: { path: { tenantId }, query } }),
    )
    all.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return all
}
