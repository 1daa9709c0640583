import { queryOptions } from '@tanstack/react-query'
import { Unreachable } from '#api/api-error.ts'
import { api, type Schemas } from '#api/client.ts'

/** What a credential may call now, with the tag that a change has to send back. */
export type Allowed = { readonly allowed: Schemas['AllowedEndpoints']; readonly etag: string }

export function allowedQuery(tenantId: string, credentialId: string) {
  return queryOptions({
    queryKey: ['tenants', tenantId, 'credentials', 'allowed', credentialId],
    queryFn: async (): Promise<Allowed> => {
      const { data, response } = await api.GET(
        '/api/v1/tenants/{tenantId}/credentials/{credentialId}/allowed-endpoints',
        { params: { path: { tenantId, credentialId } } },
      )
      const etag = response.headers.get('etag')
      if (!data || etag === null) throw new Unreachable()
      return { allowed: data, etag }
    },
    // The drawer is filled with what is true when it opens.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
