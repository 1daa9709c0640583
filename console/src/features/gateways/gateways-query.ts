import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '#api/client.ts'

export type Gateway = Schemas['Gateway']

/** Looked at again for as long as somebody sees the page; not behind another tab. */
const AGAIN_MS = 5_000

export const gatewaysQuery = queryOptions({
  queryKey: ['gateways'],
  queryFn: () => bodyOf(api.GET('/api/v1/gateways')),
  staleTime: 0,
  refetchInterval: AGAIN_MS,
})
