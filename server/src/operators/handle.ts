import { unavailability } from '#credentials/unavailable.ts'
import { problem } from '#http/problems.ts'
import { requestId as newRequestId } from '#http/request-id.ts'
import { isSameOrigin } from '#http/same-origin.ts'
import { toOurAnswer } from './auth-answer.ts'
import { type AuthCall, askAuth, authUrl, toCall } from './auth-call.ts'
import { AUTH_PATH } from './auth-options.ts'
import type { AuthParts } from './auth-parts.ts'
import { behindFailure } from './behind-failure.ts'
import { changePassword, changeWithPassword } from './checked-changes.ts'
import { verifyCode } from './second-factor.ts'
import { signIn } from './sign-in.ts'
import { noteSignIn } from './signed-in.ts'
import { CALLBACK_PATH, createSingleSignOn } from './single-sign-on.ts'

type Serve = (call: AuthCall) => Promise<Response>
type Route = { readonly method: 'GET' | 'POST'; readonly serve: Serve }

/** Answers what is under `/api/auth`. What is not listed here is not there, whatever Better Auth could do. */
export function createHandle(
  parts: AuthParts,
): (request: Request, context?: { readonly requestId: string }) => Promise<Response> {
  const { deps } = parts
  const routes = createRoutes(parts)
  return async (request, { requestId } = { requestId: newRequestId(deps.randomBytes) }) => {
    const answer = await answerTo(request, { routes, requestId, deps }).catch(async (broken: unknown) => {
      const error = await behindFailure(deps.db, broken)
      const unavailable = unavailability(error)
      if (unavailable) {
        deps.log.warn({ err: error, requestId }, 'the database could not serve a sign-in request')
        const headers = { 'retry-after': String(unavailable.retryAfterSeconds) }
        return problem({ requestId, code: 'storage_unavailable', detail: unavailable.detail, headers })
      }
      deps.log.error({ err: error, requestId }, 'a sign-in request broke')
      return problem({
        requestId,
        code: 'internal_error',
        detail: 'The request id finds the reason in the log.',
      })
    })
    answer.headers.set('cache-control', 'no-store')
    answer.headers.set('x-request-id', requestId)
    answer.headers.set('x-content-type-options', 'nosniff')
    return answer
  }
}

function createRoutes(parts: AuthParts): ReadonlyMap<string, Route> {
  const { deps, auth, base } = parts
  const routes = new Map<string, Route>()
  const post = (path: string, serve: Serve): void => void routes.set(path, { method: 'POST', serve })
  const signsIn =
    (serve: Serve): Serve =>
    async (call) => {
      const answer = await serve(call)
      await noteSignIn(parts, call, answer)
      return answer
    }
  post(
    '/sign-in/email',
    signsIn(async (call) => await signIn(parts, call)),
  )
  post('/sign-out', async (call) => {
    const answer = await askAuth(auth, call, { url: authUrl(base, '/sign-out'), body: {} })
    return await toOurAnswer(answer, call.requestId)
  })
  post('/change-password', async (call) => await changePassword(parts, call))
  for (const path of ['enable', 'disable', 'generate-backup-codes', 'get-totp-uri'] as const)
    post(`/two-factor/${path}`, async (call) => await changeWithPassword(parts, call, `/two-factor/${path}`))
  for (const path of ['verify-totp', 'verify-backup-code'] as const) {
    post(
      `/two-factor/${path}`,
      signsIn(async (call) => await verifyCode(parts, call, `/two-factor/${path}`)),
    )
  }
  if (deps.singleSignOn) {
    const { start, finish } = createSingleSignOn(deps, deps.singleSignOn)
    post('/sign-in/social', start)
    routes.set(CALLBACK_PATH, { method: 'GET', serve: signsIn(finish) })
  }
  return routes
}

type Asked = {
  readonly routes: ReadonlyMap<string, Route>
  readonly requestId: string
  readonly deps: AuthParts['deps']
}

async function answerTo(request: Request, { routes, requestId, deps }: Asked): Promise<Response> {
  const { pathname } = new URL(request.url)
  const route = pathname.startsWith(AUTH_PATH) ? routes.get(pathname.slice(AUTH_PATH.length)) : undefined
  if (!route) return problem({ requestId, code: 'not_found' })
  if (request.method !== route.method)
    return problem({ requestId, code: 'method_not_allowed', headers: { allow: route.method } })
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
  if (!isSameOrigin({ method: request.method, header }, deps.origins))
    return problem({ requestId, code: 'cross_origin' })
  return await route.serve(toCall(request, requestId))
}
