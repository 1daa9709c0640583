import type { BetterAuthOptions } from 'better-auth'
import { APIError } from 'better-auth/api'
import { twoFactor } from 'better-auth/plugins'
import { PASSWORD_BYTES_MAX, PASSWORD_LENGTH_MIN } from '#credentials/field-rules.ts'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import { createAuthAdapter } from './auth-adapter.ts'
import { authLogger } from './auth-logger.ts'
import { MODELS, TWO_FACTOR_MODELS } from './auth-models.ts'
import { baseUrl, type OperatorsDeps } from './deps.ts'
import { newModelId } from './ids.ts'
import { SESSION_LIFE_MS } from './session-life.ts'

export const AUTH_PATH = '/api/auth'
/** The address of the caller. Our server overwrites it with the socket's; Better Auth reads no other. */
export const ADDRESS_HEADER = 'x-stagedoor-client-address'
export const SIGN_IN_PAGE = '/sign-in'
export const OVERLOADED = 'OVERLOADED'
const USER_AGENT_LENGTH_MAX = 256

/** How Better Auth works here. What it would read from the environment is given, so that the environment has no say. */
export function authOptions(deps: OperatorsDeps) {
  const url = baseUrl(deps)
  return {
    appName: 'Stagedoor',
    baseURL: url,
    basePath: AUTH_PATH,
    secret: deps.secret,
    secrets: [{ version: 1, value: deps.secret }],
    trustedOrigins: [...deps.origins],
    database: createAuthAdapter(deps.db),
    user: MODELS.user,
    session: {
      ...MODELS.session,
      expiresIn: SESSION_LIFE_MS / 1000,
      // The idle time is counted on the server; no new cookie is needed for it.
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    account: {
      ...MODELS.account,
      updateAccountOnSignIn: false,
      // Whoever starts a sign-in writes nothing to the storage before the provider has answered.
      storeStateStrategy: 'cookie',
      // Nobody signs up: an operator's address is known because somebody has added it.
      accountLinking: { requireLocalEmailVerified: false },
    },
    verification: { ...MODELS.verification, storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_BYTES_MAX,
      password: passwordFunctions(deps.hasher),
    },
    plugins: [twoFactor({ issuer: 'Stagedoor', schema: TWO_FACTOR_MODELS })],
    databaseHooks: {
      session: { create: { before: async (session) => ({ data: stamped(session, deps.now()) }) } },
    },
    advanced: {
      ...cookies(url),
      database: { generateId: ({ model }) => newModelId(model, deps.randomBytes) },
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: authLogger(deps.log),
    // What is no refusal of the library comes out of its handler, instead of going to the terminal.
    onAPIError: { throw: true, errorURL: SIGN_IN_PAGE },
  } satisfies BetterAuthOptions
}

function passwordFunctions(hasher: PasswordHasher) {
  return {
    hash: async (password: string): Promise<string> => (await hasher.hash(password)) ?? overloaded(),
    verify: async ({ hash, password }: { hash: string; password: string }): Promise<boolean> =>
      (await hasher.verify(hash, password)) ?? overloaded(),
  }
}

function overloaded(): never {
  throw new APIError('SERVICE_UNAVAILABLE', { code: OVERLOADED, message: 'Too much to do at the moment' })
}

/** Our clock decides when a session began. A browser may call itself anything, in a few words. */
function stamped(session: { readonly userAgent?: string | null | undefined }, now: number) {
  return {
    createdAt: new Date(now),
    updatedAt: new Date(now),
    expiresAt: new Date(now + SESSION_LIFE_MS),
    userAgent: session.userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
  }
}

/** `__Host-` binds a cookie to this very origin. Browsers want https for it; without there is loopback only. */
function cookies(url: string) {
  const secure = url.startsWith('https://')
  const prefix = secure ? '__Host-stagedoor' : 'stagedoor'
  return {
    useSecureCookies: false,
    cookiePrefix: prefix,
    cookies: {
      session_token: { name: `${prefix}_session` },
      two_factor: { name: `${prefix}_two_factor` },
      oauth_state: { name: `${prefix}_single_sign_on` },
    },
    defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
  } satisfies BetterAuthOptions['advanced']
}
