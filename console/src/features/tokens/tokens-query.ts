import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { credentialsKey } from '#features/credentials/use-credentials.ts'

export type Token = Schemas['Token']

/** The live tokens of a credential, as they are now. */
export function tokensQuery(tenantId: string, credentialId: string) {
  return queryOptions({
    queryKey: [...credentialsKey(tenantId), 'tokens', credentialId],
    queryFn: () =>
      bodyOf(
        api.GET('/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens', {
          params: { path: { tenantId, credentialId } },
        }),
      ),
    staleTime: 0,
  })
}
