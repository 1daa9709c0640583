import { type ProblemCode, problem } from '#http/problems.ts'
import { OVERLOADED } from './auth-options.ts'

/** What the console learns from an answer of Better Auth. Never the session's token, which is the cookie's alone. */
const SHOWN: readonly string[] = [
  'status',
  'success',
  'url',
  'redirect',
  'twoFactorRedirect',
  'twoFactorMethods',
  'totpURI',
  'backupCodes',
]

/** Better Auth's refusals in our codes. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  INVALID_EMAIL: 'sign_in_failed',
  INVALID_EMAIL_OR_PASSWORD: 'sign_in_failed',
  PASSWORD_TOO_LONG: 'sign_in_failed',
  UNAUTHORIZED: 'unauthenticated',
  INVALID_PASSWORD: 'password_wrong',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'password_not_set',
  INVALID_CODE: 'two_factor_code_wrong',
  INVALID_BACKUP_CODE: 'two_factor_code_wrong',
  INVALID_TWO_FACTOR_COOKIE: 'two_factor_expired',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'two_factor_expired',
  ACCOUNT_TEMPORARILY_LOCKED: 'too_many_attempts',
  TOTP_NOT_ENABLED: 'two_factor_off',
  BACKUP_CODES_NOT_ENABLED: 'two_factor_off',
  TWO_FACTOR_NOT_ENABLED: 'two_factor_off',
  TOTP_ALREADY_ENABLED: 'two_factor_on',
  [OVERLOADED]: 'overloaded',
}
const RETRY_AFTER_SECONDS: Partial<Record<ProblemCode, string>> = {
  overloaded: '1',
  too_many_attempts: '900',
}

/** Better Auth's answer as ours: of a success what may be shown, of a refusal our code; of the headers the cookies. */
export async function toOurAnswer(theirs: Response, requestId: string): Promise<Response> {
  const text = await theirs.text()
  const answer = theirs.ok ? success(text) : refusal(theirs, { text, requestId })
  for (const cookie of theirs.headers.getSetCookie()) answer.headers.append('set-cookie', cookie)
  return answer
}

function success(text: string): Response {
  const shown = Object.entries(membersOf(text)).filter(([name]) => SHOWN.includes(name))
  return Response.json(Object.fromEntries(shown))
}

function refusal(
  { status }: Response,
  { text, requestId }: { readonly text: string; readonly requestId: string },
): Response {
  const name = membersOf(text)['code']
  const code = typeof name === 'string' && Object.hasOwn(CODES, name) ? CODES[name] : undefined
  // Two used one backup code at once; Better Auth gives that no code.
  if (code === undefined && status === 409) return problem({ requestId, code: 'two_factor_code_wrong' })
  if (code === undefined)
    throw new Error(`Better Auth refuses with ${status} ${String(name)}, which has no code here`)
  const retryAfter = RETRY_AFTER_SECONDS[code]
  return problem({
    requestId,
    code,
    ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
  })
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  const json: unknown = text === '' ? undefined : JSON.parse(text)
  return typeof json === 'object' && json !== null ? { ...json } : {}
}
