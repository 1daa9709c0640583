import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error: the package has no types of its own.
import { Provider as UntypedProvider } from 'oidc-provider'

type Account = {
  /** Otherwise the login, or the login at example.com. */
  readonly email?: string
  readonly emailVerified?: boolean
  readonly name?: string
}

export type IdentityProviderOptions = {
  readonly redirectUris: readonly string[]
  /** By login. Whoever is not listed signs in all the same, with any password. */
  readonly accounts?: Readonly<Record<string, Account>>
}

export type IdentityProvider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the provider says of every address that `accounts` says nothing of. True at first. */
  readonly setEmailVerified: (verified: boolean) => void
  readonly stop: () => Promise<void>
}

const Provider = UntypedProvider as new (
  issuer: string,
  configuration: object,
) => { readonly callback: () => RequestListener }

/** A real OpenID Connect provider on loopback. Its own pages ask for a login, and sign in whoever types one. */
export async function startIdentityProvider({
  redirectUris,
  accounts = {},
}: IdentityProviderOptions): Promise<IdentityProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientId = 'stagedoor-console'
  const clientSecret = randomBytes(24).toString('base64url')
  let emailVerified = true
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: redirectUris,
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context: unknown, login: string) => {
      const { email, emailVerified: verified = emailVerified, name = login } = accounts[login] ?? {}
      const address = email ?? (login.includes('@') ? login : `${login}@example.com`)
      return {
        accountId: login,
        claims: () => ({ sub: login, email: address, email_verified: verified, name }),
      }
    },
    features: { devInteractions: { enabled: true } },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    jwks: { keys: [signingKey()] },
  })
  server.on('request', provider.callback())
  return {
    issuer,
    clientId,
    clientSecret,
    setEmailVerified: (verified) => {
      emailVerified = verified
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function signingKey(): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }
}
