import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '#api/client.ts'

export type Operator = Schemas['Operator']

export function operatorsQuery(tenantId: string) {
  return queryOptions({
    queryKey: ['tenants', tenantId, 'operators'],
    queryFn: () =>
      bodyOf(api.GET('/api/v1/tenants/{tenantId}/operators', { params: { path: { tenantId } } })),
  })
}
