import type { OAuthApp, OAuthParts } from './deps.ts'
import { INTROSPECTION_PATH } from './introspect.ts'
import { REVOCATION_PATH } from './revoke.ts'
import { TOKEN_PATH } from './token.ts'

export const METADATA_PATH = '/.well-known/oauth-authorization-server'

/** Authorization server metadata (RFC 8414). Without `response_types_supported`: there is nothing to list (erratum 7793). */
export function registerMetadata(app: OAuthApp, { issuer, anyPasswordGrant }: OAuthParts): void {
  const methods = ['client_secret_basic', 'client_secret_post']
  const metadata = {
    issuer,
    token_endpoint: issuer + TOKEN_PATH,
    token_endpoint_auth_methods_supported: [...methods, 'none'],
    grant_types_supported: ['refresh_token', 'client_credentials', ...(anyPasswordGrant ? ['password'] : [])],
    revocation_endpoint: issuer + REVOCATION_PATH,
    revocation_endpoint_auth_methods_supported: [...methods, 'none'],
    introspection_endpoint: issuer + INTROSPECTION_PATH,
    introspection_endpoint_auth_methods_supported: methods,
  }
  app.get(METADATA_PATH, (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.json(metadata)
  })
}
