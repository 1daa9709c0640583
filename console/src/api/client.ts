import createClient from 'openapi-fetch'
import { toError, Unreachable } from './api-error.ts'
import type { components, paths } from './schema.d.ts'

export type Schemas = components['schemas']

/** A header that a form on another site cannot send: the server refuses changes without it. */
export const CONSOLE_HEADER = { 'x-stagedoor-console': '1' } as const

/** The admin API. Rejects with ApiError or Unreachable. */
export const api = createClient<paths>({ baseUrl: window.location.origin, headers: CONSOLE_HEADER })

api.use({
  onResponse: async ({ response }) => {
    if (!response.ok) throw await toError(response)
  },
  onError: ({ error }) => new Unreachable({ cause: error }),
})

/** The body of an answer that has one. */
export async function bodyOf<Body>(call: Promise<{ readonly data?: Body | undefined }>): Promise<Body> {
  const { data } = await call
  if (data === undefined) throw new Unreachable()
  return data
}
