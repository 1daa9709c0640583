import type { Context, Hono } from 'hono'
import type { Logger } from 'pino'
import type { AttemptCounter, DelayCounter } from '#operators/attempt-counters.ts'
import type { SignInLimits } from '#operators/sign-in-limits.ts'
import type { AuthenticateClient } from '#tokens/authenticate-client.ts'
import type { TokensDeps } from '#tokens/deps.ts'

/** A server that may ask about every token. */
export type ResourceServer = { readonly id: string; readonly secret: string }

/** What the OAuth endpoints need from outside. */
export type OAuthDeps = TokensDeps & {
  readonly log: Logger
  /** The base address of the gateway: of the settings, never of a Host header (RFC 8414 2). */
  readonly issuer: string
  /** Whether any tenant has the password grant: otherwise no password is looked at. */
  readonly anyPasswordGrant: boolean
  readonly resourceServers: readonly ResourceServer[]
  /**
   * Resolves when every gateway that is connected decides by everything that is committed now, or after so many milliseconds.
   * Never rejects.
   */
  readonly awaitGateways: (waitMs?: number) => Promise<void>
}

/** With what is made once. */
export type OAuthParts = OAuthDeps & {
  readonly authenticateClient: AuthenticateClient
  readonly limits: SignInLimits
  /** Secrets of resource servers that were wrong, by server and network. */
  readonly serverAttempts: DelayCounter
  /** Revocations that ended nothing. */
  readonly revocations: AttemptCounter
}

export type OAuthEnv = {
  Variables: { readonly requestId: string; readonly network: string }
  /** The caller's address, as our own server says it. */
  Bindings: { readonly address: string }
}
export type OAuthApp = Hono<OAuthEnv>
export type OAuthContext = Context<OAuthEnv>
