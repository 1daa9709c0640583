import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '#api/client.ts'
import { credentialsKey } from './use-credentials.ts'

/** One credential, as it is now. */
export function credentialQuery(tenantId: string, credentialId: string) {
  return queryOptions({
    queryKey: [...credentialsKey(tenantId), 'one', credentialId],
    queryFn: () =>
      bodyOf(
        api.GET('/api/v1/tenants/{tenantId}/credentials/{credentialId}', {
          params: { path: { tenantId, credentialId } },
        }),
      ),
    staleTime: 0,
  })
}

/** The header that lets a change through only if nobody else was faster. */
export function ifMatch({ version }: { readonly version: number }): { readonly 'If-Match': string } {
  return { 'If-Match': `"${version}"` }
}
