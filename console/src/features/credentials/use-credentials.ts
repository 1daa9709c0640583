import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import type { CredentialsSearch } from './credentials-search.ts'

export type Credential = Schemas['Credential']

const PAGE_SIZE = 100

/** Where everything about the credentials of a tenant is kept. */
export function credentialsKey(tenantId: string): readonly unknown[] {
  return ['tenants', tenantId, 'credentials']
}

/** The list, page by page as somebody scrolls. */
export function useCredentials(tenantId: string, { search, active, method }: CredentialsSearch) {
  return useInfiniteQuery({
    queryKey: [...credentialsKey(tenantId), 'list', { search, active, method }],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/api/v1/tenants/{tenantId}/credentials', {
          params: {
            path: { tenantId },
            query: {
              limit: PAGE_SIZE,
              ...(search !== undefined && { search }),
              ...(active !== undefined && { active }),
              ...(method !== undefined && { authenticationMethod: method }),
              ...(pageParam !== undefined && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // The rows before stay while the next ones come: typing does not make the list flicker.
    placeholderData: keepPreviousData,
  })
}
