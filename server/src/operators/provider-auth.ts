import { betterAuth } from 'better-auth/minimal'
import { genericOAuth } from 'better-auth/plugins'
import type { AuthHandler } from './auth-call.ts'
import { authOptions } from './auth-options.ts'
import type { OperatorsDeps, SingleSignOn } from './deps.ts'
import { normaliseEmail } from './email.ts'
import { discoverProvider } from './provider-discovery.ts'

/** The provider's name in addresses and accounts. */
export const PROVIDER_ID = 'sso'
export const NOT_INVITED = 'not_invited'

/**
 * A Better Auth of its own for single sign-on, made when somebody first asks for it: a provider that hangs then delays
 * nobody who signs in with a password, and one that was down is asked again.
 *
 * What it checks of a sign-in: `state` against an encrypted cookie of the browser, `iss` of the answer where there is
 * one (RFC 9207), PKCE with S256 (RFC 7636), and of the ID token signature by the provider's keys, algorithm as
 * discovered, `iss`, `aud`, `exp`, `iat`, `nonce`, and that the userinfo speaks of the same `sub`. It knows no `at_hash`
 * and no `azp`; with the code exchanged directly both say nothing more. The issuer itself `discoverProvider` compares.
 * A second factor is the provider's business: ours is asked for after a password alone.
 */
export function createProviderAuth(deps: OperatorsDeps, provider: SingleSignOn): () => Promise<AuthHandler> {
  let opened: Promise<AuthHandler> | undefined
  return async () => {
    opened ??= open(deps, provider).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return await opened
  }
}

async function open(deps: OperatorsDeps, provider: SingleSignOn): Promise<AuthHandler> {
  const { url, authentication } = await discoverProvider(provider.issuer)
  const options = authOptions(deps)
  return betterAuth({
    ...options,
    user: {
      ...options.user,
      // Also of those who have signed in before: the address is what the invitation was for.
      validateUserInfo: ({ user }) => (user.emailVerified === true ? undefined : { error: NOT_INVITED }),
    },
    plugins: [
      ...options.plugins,
      genericOAuth({
        config: [
          {
            providerId: PROVIDER_ID,
            name: provider.name,
            discoveryUrl: url,
            requireIdTokenVerification: true,
            clientId: provider.clientId,
            clientSecret: provider.clientSecret,
            authentication,
            scopes: [...provider.scopes],
            pkce: true,
            disableSignUp: true,
            disableProviderLogout: true,
            // Without an ID token nothing would say for whom the provider's answer was meant.
            accountSubject: ({ tokens, profile }) =>
              tokens.idToken === undefined ? '' : (profile.sub ?? ''),
            mapProfileToUser: ({ email, email_verified: verified }) => ({
              ...(typeof email === 'string' && { email: normaliseEmail(email) }),
              emailVerified: verified === true || verified === 'true',
            }),
          },
        ],
      }),
    ],
  })
}
