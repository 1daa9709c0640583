import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from './client.ts'

export type Me = Schemas['Me']
export type TenantOfMe = Me['tenants'][number]

/** Who is signed in, and in which tenants with which role. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/api/v1/me')),
  staleTime: 60_000,
})

/** What may be known before signing in: the brand, and how one may sign in. */
export const consoleQuery = queryOptions({
  queryKey: ['console'],
  queryFn: () => bodyOf(api.GET('/api/v1/console')),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Inside the pages of somebody signed in; their route has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

export function useConsole(): Schemas['Console'] {
  return useSuspenseQuery(consoleQuery).data
}
