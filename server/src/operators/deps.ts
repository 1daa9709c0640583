import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Logger } from 'pino'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import type { Database } from '#storage/database.ts'

/** What the operators need from outside. */
export type OperatorsDeps = {
  readonly db: Database
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: RandomBytes
  readonly log: Logger
  readonly hasher: PasswordHasher
  /** Signs cookies and encrypts second factors. Changing it ends every session and loses every second factor. */
  readonly secret: string
  /** Where the console is served. The first is its own address, to which single sign-on comes back. */
  readonly origins: readonly string[]
  readonly singleSignOn?: SingleSignOn | undefined
}

/** An OpenID Connect provider that this server is registered with. */
export type SingleSignOn = {
  /** As its discovery document says it, without `/.well-known/openid-configuration`. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
  /** As the button names it. */
  readonly name: string
}

/** The first of the origins: cookies and redirects are made for it. */
export function baseUrl({ origins }: Pick<OperatorsDeps, 'origins'>): string {
  const [first] = origins
  if (first === undefined) throw new Error('operators need at least one origin')
  return first
}
