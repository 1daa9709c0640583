import { Pool } from 'undici'
import { eliteClientCredentialsSignIn } from './sign-in/elite-client-credentials.ts'
import { enterpriseJwtSignIn } from './sign-in/enterprise-jwt.ts'
import { fixedSignIn, type SignIn } from './sign-in/sign-in.ts'

export type UpstreamSignIn =
  | { readonly kind: 'none' }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'enterprise-jwt'
      readonly apiUserId: string
      readonly key: string
      readonly secret: string
      readonly proxiedUserId: string | undefined
    }
  | {
      readonly kind: 'elite-client-credentials'
      readonly tokenUrl: string
      readonly clientId: string
      readonly clientSecret: string
    }

/** Where a tenant's catalog is served. Times are milliseconds. */
export type UpstreamSettings = {
  readonly baseUrl: string
  readonly signIn: UpstreamSignIn
  readonly timeouts: { readonly connectMs: number; readonly answerMs: number; readonly idleMs: number }
}

/** An upstream with its kept-alive connections. */
export type Upstream = {
  readonly pool: Pool
  readonly origin: string
  readonly host: string
  /** Path of the base URL, without slash at its end. */
  readonly basePath: string
  readonly signIn: SignIn
  /** Whether the gateway shows the upstream anything at all. */
  readonly signsIn: boolean
}

const CONNECTIONS_MAX = 256

/** Opens no connection yet. Throws TypeError where the base URL is none. */
export function createUpstream(settings: UpstreamSettings, now: () => number): Upstream {
  const url = new URL(settings.baseUrl)
  const { connectMs, answerMs, idleMs } = settings.timeouts
  return {
    pool: new Pool(url.origin, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      connect: { timeout: connectMs },
      headersTimeout: answerMs,
      bodyTimeout: idleMs,
    }),
    origin: url.origin,
    host: url.host,
    basePath: url.pathname.replace(/\/$/, ''),
    signIn: createSignIn(settings, now),
    signsIn: settings.signIn.kind !== 'none',
  }
}

function createSignIn({ signIn, timeouts }: UpstreamSettings, now: () => number): SignIn {
  switch (signIn.kind) {
    case 'none':
      return fixedSignIn({})
    case 'header':
      return fixedSignIn({ [signIn.name.toLowerCase()]: signIn.value })
    case 'enterprise-jwt':
      return enterpriseJwtSignIn({ ...signIn, now })
    case 'elite-client-credentials':
      return eliteClientCredentialsSignIn({ ...signIn, timeoutMs: timeouts.answerMs, now })
  }
}
