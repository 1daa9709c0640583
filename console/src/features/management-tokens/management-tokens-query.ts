import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '#api/client.ts'

export function managementTokensQuery(tenantId: string) {
  return queryOptions({
    queryKey: ['tenants', tenantId, 'management-tokens'],
    queryFn: () =>
      bodyOf(api.GET('/api/v1/tenants/{tenantId}/management-tokens', { params: { path: { tenantId } } })),
  })
}
