import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '#api/client.ts'
import { credentialsKey } from '#features/credentials/use-credentials.ts'
import { managementTokensQuery } from '#features/management-tokens/management-tokens-query.ts'
import { operatorsQuery } from '#features/operators/operators-query.ts'
import type { Names } from './activity-text.ts'

const PAGE_SIZE = 20

/** What has happened to a credential, page by page, the newest first. */
export function useActivity(tenantId: string, credentialId: string) {
  return useInfiniteQuery({
    queryKey: [...credentialsKey(tenantId), 'activity', credentialId],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/api/v1/tenants/{tenantId}/audit-events', {
          params: {
            path: { tenantId },
            query: {
              subject: credentialId,
              limit: PAGE_SIZE,
              ...(pageParam !== undefined && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: 0,
  })
}

/** Who is who among those that act here. Until it is loaded, and where it cannot be, nobody has a name. */
export function useNames(tenantId: string): Names {
  const operators = useQuery(operatorsQuery(tenantId)).data?.items ?? []
  const managementTokens = useQuery(managementTokensQuery(tenantId)).data?.items ?? []
  return new Map([
    ...operators.map(({ id, name }) => [id, name] as const),
    ...managementTokens.map(({ id, title }) => [id, title] as const),
  ])
}
