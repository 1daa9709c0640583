import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, Unreachable } from './api-error.ts'
import { sessionEnd } from './session-end.ts'

const RETRIES = 1

/** Notes that the session is over, wherever that is seen first. */
function noteSessionEnd(error: Error): void {
  if (error instanceof ApiError && error.code === 'unauthenticated') sessionEnd.set(true)
}

/** What may be over when it is asked for again: no way to the server, or from the server to its database. */
function mayPass(error: Error): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && error.code === 'storage_unavailable')
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteSessionEnd }),
  mutationCache: new MutationCache({ onError: noteSessionEnd }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A lost network is said, not waited out in silence.
      networkMode: 'always',
      retry: (failures, error) => mayPass(error) && failures < RETRIES,
      retryDelay: 500,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})
