import { type Introspected, introspectToken } from '#tokens/introspect-token.ts'
import { answerJson, refuse, refuseTooMany } from './answers.ts'
import { refuseClient, verify } from './authenticate.ts'
import { readClientSecret } from './client-secret.ts'
import type { OAuthApp, OAuthParts } from './deps.ts'
import { readForm } from './read-form.ts'
import { authenticateResourceServer } from './resource-server.ts'

export const INTROSPECTION_PATH = '/oauth/introspect'

/** `POST /oauth/introspect` (RFC 7662): for registered resource servers, and for a credential about its own tokens. */
export function registerIntrospect(app: OAuthApp, parts: OAuthParts): void {
  app.post(INTROSPECTION_PATH, async (c) => {
    const form = await readForm(c)
    if (form instanceof Response) return form
    const presented = readClientSecret(c.req.header('authorization'), form)
    if (presented.kind === 'none') return refuseClient(c)
    if (presented.kind === 'malformed')
      return refuse(c, { error: 'invalid_request', description: presented.description })
    const server = authenticateResourceServer(parts, {
      readings: presented.readings,
      network: c.get('network'),
    })
    if (server.outcome === 'wait') return refuseTooMany(c, { waitMs: server.waitMs })
    if (server.outcome === 'wrong') return refuseClient(c)
    const client = server.outcome === 'other' ? await verify(parts, c, presented.readings) : undefined
    if (client instanceof Response) return client
    const token = form.get('token')
    if (token === undefined) return refuse(c, { error: 'invalid_request', description: 'token is missing.' })
    const found = await introspectToken(parts, token)
    // About another's token nothing is said, not even that it is one. A refresh token cannot be used at a resource
    // server, which might take "active" for leave to answer (RFC 7662 2.2).
    const isForAsker = client ? client.credentialId === found?.credentialId : found?.kind !== 'refresh'
    if (!found || !isForAsker) return answerJson(c, { active: false })
    return answerJson(c, toJson(found, parts.issuer))
  })
}

function toJson({ kind, credentialId, tenantId, issuedAt, expiresAt }: Introspected, issuer: string): object {
  return {
    active: true,
    client_id: credentialId,
    sub: credentialId,
    tenant_id: tenantId,
    token_type: kind === 'refresh' ? 'refresh_token' : 'Bearer',
    iss: issuer,
    iat: Math.floor(issuedAt / 1000),
    ...(expiresAt !== undefined && { exp: Math.floor(expiresAt / 1000) }),
  }
}
