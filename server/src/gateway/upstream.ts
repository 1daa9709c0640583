import { headerClass } from './header-traits.ts'
import { eliteClientCredentialsSignIn } from './sign-in/elite-client-credentials.ts'
import { enterpriseJwtSignIn } from './sign-in/enterprise-jwt.ts'
import { fixedSignIn, type SignIn } from './sign-in/sign-in.ts'
import { createUpstreamPool, type UpstreamPool } from './upstream/upstream-pool.ts'

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
  readonly pool: UpstreamPool
  readonly origin: string
  readonly host: string
  /** Path of the base URL, without slash at its end. */
  readonly basePath: string
  readonly signIn: SignIn
  /** Whether the gateway shows the upstream anything at all. */
  readonly signsIn: boolean
}

/** For how long a connection is kept that nobody uses, unless the upstream says less. */
const IDLE_KEPT_MS = 4_000

/** Opens no connection yet. Throws TypeError where the base URL is none, or a header's value cannot be sent. */
export function createUpstream(settings: UpstreamSettings, now: () => number): Upstream {
  const { origin, host, hostname, pathname, port, protocol } = new URL(settings.baseUrl)
  const isSecure = protocol === 'https:'
  return {
    pool: createUpstreamPool({
      ...settings.timeouts,
      idleKeptMs: IDLE_KEPT_MS,
      protocol: isSecure ? 'https' : 'http',
      hostname,
      port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    }),
    origin,
    host,
    basePath: pathname.replace(/\/$/, ''),
    signIn: createSignIn(settings, now),
    signsIn: settings.signIn.kind !== 'none',
  }
}

function createSignIn({ signIn, timeouts }: UpstreamSettings, now: () => number): SignIn {
  switch (signIn.kind) {
    case 'none':
      return fixedSignIn()
    case 'header':
      return fixedSignIn(headerOf(signIn.name.toLowerCase(), signIn.value))
    case 'enterprise-jwt':
      return enterpriseJwtSignIn({ ...signIn, now })
    case 'elite-client-credentials':
      return eliteClientCredentialsSignIn({ ...signIn, timeoutMs: timeouts.answerMs, now })
  }
}

function headerOf(name: string, value: string): { readonly kind: string; readonly line: string } {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw new TypeError(`the value of the upstream's header ${name} has characters that a header cannot hold`)
  return { kind: headerClass(name), line: `${name}: ${value.trim()}\r\n` }
}
