import { z } from 'zod'
import { problem } from '#http/problems.ts'
import { toOurAnswer } from './auth-answer.ts'
import { type AuthCall, askAuth, authUrl, readFields } from './auth-call.ts'
import { SIGN_IN_PAGE } from './auth-options.ts'
import { baseUrl, type OperatorsDeps, type SingleSignOn } from './deps.ts'
import { createProviderAuth, NOT_INVITED, PROVIDER_ID } from './provider-auth.ts'

export const CALLBACK_PATH = `/callback/${PROVIDER_ID}`
const ANSWER_MEMBERS = ['code', 'state', 'error', 'iss']

// A page of our own: no host, and nothing that two readers could read differently.
const OUR_PAGE = /^\/(?![/\\])[\w\-./]*(?:\?[\w\-.=&%]*)?$/
const StartSchema = z.object({
  provider: z.literal(PROVIDER_ID),
  callbackURL: z.string().regex(OUR_PAGE, 'This is not a path of the console.').default('/'),
})

/** What the sign-in page is told. Whether an address is unknown or not verified, it does not say. */
const ERRORS: Readonly<Record<string, string>> = {
  [NOT_INVITED]: NOT_INVITED,
  signup_disabled: NOT_INVITED,
  account_not_linked: NOT_INVITED,
  email_not_found: NOT_INVITED,
  state_not_found: 'single_sign_on_expired',
  state_mismatch: 'single_sign_on_expired',
  state_invalid: 'single_sign_on_expired',
  access_denied: 'single_sign_on_cancelled',
}

export type SingleSignOnSteps = {
  /** Answers where the browser goes to sign in. */
  readonly start: (call: AuthCall) => Promise<Response>
  /** The browser comes back: to the console with a session, or to the sign-in page with an error. */
  readonly finish: (call: AuthCall) => Promise<Response>
}

export function createSingleSignOn(deps: OperatorsDeps, provider: SingleSignOn): SingleSignOnSteps {
  const open = createProviderAuth(deps, provider)
  const base = baseUrl(deps)
  return {
    start: async (call) => {
      const fields = await readFields(call, StartSchema)
      if (fields instanceof Response) return fields
      const { requestId } = call
      const auth = await open().catch((error: unknown) => {
        deps.log.error({ err: error, requestId }, 'single sign-on cannot be reached')
      })
      if (!auth) return problem({ requestId, code: 'single_sign_on_unreachable' })
      const body = { ...fields, errorCallbackURL: SIGN_IN_PAGE }
      const answer = await askAuth(auth, call, { url: authUrl(base, '/sign-in/social'), body })
      return answer.ok
        ? await toOurAnswer(answer, requestId)
        : problem({ requestId, code: 'single_sign_on_unreachable' })
    },
    finish: async (call) => {
      try {
        return toPage(await askAuth(await open(), call, { url: answerUrl(call, base) }), base)
      } catch (error) {
        // Somebody looks at this in a browser: a page of ours tells them more than a problem document.
        deps.log.error({ err: error, requestId: call.requestId }, 'single sign-on broke')
        return redirect(`${SIGN_IN_PAGE}?error=single_sign_on_failed`)
      }
    },
  }
}

/** The callback with what a provider answers (RFC 6749, 4.1.2), each once. */
function answerUrl({ request }: AuthCall, base: string): URL {
  const given = new URL(request.url).searchParams
  const url = authUrl(base, CALLBACK_PATH)
  for (const name of ANSWER_MEMBERS) {
    const [value, ...more] = given.getAll(name)
    if (value !== undefined && more.length === 0) url.searchParams.set(name, value)
  }
  return url
}

function toPage(theirs: Response, base: string): Response {
  const location = theirs.headers.get('location')
  if (location === null) throw new Error(`Better Auth answers a callback with ${theirs.status}`)
  const target = new URL(location, base)
  if (target.origin !== base) throw new Error('single sign-on leads away from the console')
  const error = target.pathname === SIGN_IN_PAGE ? target.searchParams.get('error') : null
  const answer = redirect(
    error === null
      ? target.pathname + target.search
      : `${SIGN_IN_PAGE}?error=${Object.hasOwn(ERRORS, error) ? ERRORS[error] : 'single_sign_on_failed'}`,
  )
  for (const cookie of theirs.headers.getSetCookie()) answer.headers.append('set-cookie', cookie)
  return answer
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } })
}
