import { readJson } from '#body.ts'
import { SETUP_LISTS } from '#data/elite-setup.ts'
import { Refusal } from '#refusal.ts'
import { createRouter } from '#routes.ts'
import type { Tables } from '#row.ts'
import { toEliteError } from './errors.ts'
import { EVENT_ROUTES } from './events.ts'
import { genericRoutes } from './generic.ts'
import { OTHER_ROUTES } from './other.ts'
import { createEliteSignIn, type EliteSignInOptions } from './sign-in.ts'

/** Serves /token and /v1 below `prefix`. */
export function createElite(
  prefix: string,
  { tables, ...options }: EliteSignInOptions & { readonly tables: Tables },
): (request: Request) => Promise<Response> {
  const signIn = createEliteSignIn(options)
  const router = createRouter([...EVENT_ROUTES, ...OTHER_ROUTES, ...genericRoutes(Object.keys(SETUP_LISTS))])
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const path = pathname.slice(prefix.length)
    try {
      if (path === '/token') {
        if (request.method !== 'POST') throw new Refusal(405, 'A token is asked for with POST.')
        return signIn.issue(await readJson(request))
      }
      if (!signIn.accepts(request.headers.get('authorization')))
        throw new Refusal(401, 'The access token is missing, unknown or expired.')
      const { handler, params } = router.find(request.method, path)
      return handler({ params, query: searchParams, body: await readJson(request), tables })
    } catch (error) {
      if (error instanceof Refusal) return toEliteError(error)
      throw error
    }
  }
}
