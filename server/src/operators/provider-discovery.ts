import { z } from 'zod'

const TIMEOUT_MS = 10_000

const DocumentSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  // OpenID Connect Discovery 1.0, 3: basic where nothing is said.
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
})

export type Discovered = { readonly url: string; readonly authentication: 'basic' | 'post' }

/**
 * Reads the provider's discovery document. Throws where it cannot be reached in time, is incomplete, or names another
 * issuer (OpenID Connect Discovery 1.0, 4.3).
 */
export async function discoverProvider(issuer: string): Promise<Discovered> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`the discovery document is answered with ${response.status}`)
  const document = DocumentSchema.parse(await response.json())
  if (document.issuer !== issuer) throw new Error('the discovery document names another issuer')
  const basic = document.token_endpoint_auth_methods_supported.includes('client_secret_basic')
  return { url, authentication: basic ? 'basic' : 'post' }
}
