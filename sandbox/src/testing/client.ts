import { createHmac } from 'node:crypto'
import { createSandbox } from '#app.ts'
import { DEVELOPMENT_SETTINGS } from '#settings.ts'

/** A clock that stands still until a test moves it. */
export type Clock = { milliseconds: number }

export type Call = {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Client = {
  readonly clock: Clock
  /** A call without any sign-in. */
  readonly call: (path: string, call?: Call) => Promise<Response>
  readonly enterprise: (path: string, call?: Call) => Promise<Response>
  readonly odata: (path: string, call?: Call) => Promise<Response>
  readonly elite: (path: string, call?: Call) => Promise<Response>
}

const START = Date.UTC(2026, 5, 1)

/** A fresh sandbox and the ways to call it, signed in as each API wants it. */
export function createClient(): Client {
  const clock: Clock = { milliseconds: START }
  let tokens = 0
  const app = createSandbox({
    now: () => clock.milliseconds,
    randomText: () => `token-${++tokens}`,
    settings: DEVELOPMENT_SETTINGS,
  })
  const call = async (path: string, { method = 'GET', body, headers }: Call = {}): Promise<Response> =>
    app.request(path, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json', ...headers },
    })
  const withToken =
    (prefix: string, token: () => string | Promise<string>) =>
    async (path: string, options: Call = {}): Promise<Response> =>
      call(prefix + path, {
        ...options,
        headers: { Authorization: `Bearer ${await token()}`, ...options.headers },
      })
  const jwt = (): string => signJwt(claimsAt(clock.milliseconds))
  return {
    clock,
    call,
    enterprise: withToken('/enterprise/api/v1', jwt),
    odata: withToken('/enterprise/odata', jwt),
    elite: withToken('/elite/v1', () => eliteToken(call)),
  }
}

/** The claims of an API user at an instant: a life of two minutes, as the published SDK has it. */
export function claimsAt(milliseconds: number): Record<string, unknown> {
  const seconds = Math.floor(milliseconds / 1000)
  const { apiUser, key } = DEVELOPMENT_SETTINGS.enterprise
  return { iss: apiUser, key, iat: seconds, exp: seconds + 120 }
}

export function signJwt(
  claims: unknown,
  options: { readonly secret?: string; readonly alg?: string } = {},
): string {
  const { secret = DEVELOPMENT_SETTINGS.enterprise.secret, alg = 'HS256' } = options
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

export async function eliteToken(call: Client['call']): Promise<string> {
  const { clientId, clientSecret } = DEVELOPMENT_SETTINGS.elite
  const response = await call('/elite/token', { method: 'POST', body: { clientId, clientSecret } })
  const { accessToken } = (await response.json()) as { accessToken: string }
  return accessToken
}
