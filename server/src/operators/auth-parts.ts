import type { AuthHandler } from './auth-call.ts'
import type { CheckLimits } from './check-limits.ts'
import type { OperatorsDeps } from './deps.ts'
import type { Sessions } from './sessions.ts'
import type { SignInLimits } from './sign-in-limits.ts'

/** What we use of Better Auth's inside: the cookie and the row of a sign-in that waits for its second factor. */
export type AuthInside = {
  readonly createAuthCookie: (name: string) => { readonly name: string }
  readonly internalAdapter: {
    readonly findVerificationValue: (identifier: string) => Promise<{ readonly value: string } | null>
    readonly deleteVerificationByIdentifier: (identifier: string) => Promise<void>
  }
}

/** What the steps of signing in share. */
export type AuthParts = {
  readonly deps: OperatorsDeps
  /** The console's own address. */
  readonly base: string
  readonly auth: AuthHandler & { readonly $context: Promise<AuthInside> }
  readonly sessions: Sessions
  readonly signInLimits: SignInLimits
  readonly checkLimits: CheckLimits
}
