import type { AllowedEndpoints } from './allowed-endpoints.ts'

/** How the partner's program signs in: OAuth tokens that expire (Enterprise only), or one token that does not. */
export const AUTHENTICATION_METHODS = ['oauth', 'api_token'] as const
export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number]

/** Which Momentus product a tenant runs. Decides the authentication methods that its operators may choose. */
export const EDITIONS = ['elite', 'enterprise'] as const
export type Edition = (typeof EDITIONS)[number]

const METHODS_OF = {
  elite: ['api_token'],
  enterprise: ['oauth', 'api_token'],
} as const satisfies Record<Edition, readonly AuthenticationMethod[]>

/** The authentication methods that a tenant of this edition may use. */
export function authenticationMethodsOf(edition: Edition): readonly AuthenticationMethod[] {
  return METHODS_OF[edition]
}

/** What a decision needs to know of a credential. */
export type Credential = {
  readonly id: string
  readonly tenantId: string
  readonly active: boolean
  readonly allowedEndpoints: AllowedEndpoints
}

export const TITLE_LENGTH_MAX = 100

/**
 * The form in which two titles of one tenant are compared: outer space, case and Unicode spelling do not count.
 * NFKC before and after folding, since folding can undo it.
 */
export function titleKey(title: string): string {
  return title.trim().normalize('NFKC').toLowerCase().normalize('NFKC')
}
