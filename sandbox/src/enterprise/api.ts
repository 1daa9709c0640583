import { readJson } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { createRouter } from '#routes.ts'
import type { Settings } from '#settings.ts'
import { genericRoutes } from './generic.ts'
import type { Records } from './records.ts'
import { checkSignIn } from './sign-in.ts'
import { VERBS } from './verbs.ts'

export type EnterpriseOptions = {
  readonly records: Records
  readonly settings: Settings['enterprise']
  readonly now: () => number
}

/** Serves everything below `prefix`: /api/v1, /api/v2/Accounts and the diagrams. */
export function createEnterprise(
  prefix: string,
  { records, settings, now }: EnterpriseOptions,
): (request: Request) => Promise<Response> {
  const router = createRouter([...VERBS, ...genericRoutes()])
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    try {
      const signIn = checkSignIn({
        authorization: request.headers.get('authorization') ?? undefined,
        nowSeconds: Math.floor(now() / 1000),
        expected: settings,
      })
      if (signIn.kind === 'refused') return unauthorized(signIn.reason)
      const { handler, params } = router.find(request.method, pathname.slice(prefix.length))
      const body = await readJson(request)
      return handler({ params, query: searchParams, pathname, body, records })
    } catch (error) {
      if (error instanceof Refusal) return failure(error.status, error.message)
      throw error
    }
  }
}

/** The reason is in the header, where the published SDK looks for it, and in the body. */
function unauthorized(reason: string): Response {
  const response = failure(401, reason)
  response.headers.set('WWW-Authenticate', `Bearer error="invalid_token", error_description="${reason}"`)
  return response
}

function failure(status: number, message: string): Response {
  return Response.json({ Status: status, ErrorList: [{ Message: message }] }, { status })
}
