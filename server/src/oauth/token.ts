import { issueByClient } from '#tokens/issue-by-client.ts'
import { refreshTokens } from '#tokens/refresh-tokens.ts'
import { answerJson, refuse } from './answers.ts'
import { authenticate, refuseClient, verify } from './authenticate.ts'
import type { OAuthApp, OAuthContext, OAuthParts } from './deps.ts'
import { type Form, readForm } from './read-form.ts'

export const TOKEN_PATH = '/oauth/token'

type Expiring = { readonly value: string; readonly expiresAt: number }

/** `POST /oauth/token` (RFC 6749 3.2). */
export function registerToken(app: OAuthApp, parts: OAuthParts): void {
  app.post(TOKEN_PATH, async (c) => {
    const form = await readForm(c)
    if (form instanceof Response) return form
    // A scope could only be narrower than what the credential may call, and there are no names for less.
    if (form.has('scope'))
      return refuse(c, {
        error: 'invalid_scope',
        description: 'Scopes are not used: the credential itself is narrowed.',
      })
    switch (form.get('grant_type')) {
      case undefined:
        return refuse(c, { error: 'invalid_request', description: 'grant_type is missing.' })
      case 'refresh_token':
        return await byRefreshToken(parts, c, form)
      case 'client_credentials':
        return await byClientCredentials(parts, c, form)
      case 'password':
        return await byPassword(parts, c, form)
      default:
        return refuse(c, { error: 'unsupported_grant_type', description: 'There is no such grant here.' })
    }
  })
}

async function byRefreshToken(parts: OAuthParts, c: OAuthContext, form: Form): Promise<Response> {
  const refreshToken = form.get('refresh_token')
  if (refreshToken === undefined)
    return refuse(c, { error: 'invalid_request', description: 'refresh_token is missing.' })
  const client = await authenticate(parts, c, form)
  if (client instanceof Response) return client
  const requestId = c.get('requestId')
  const result = await refreshTokens(parts, { refreshToken, client, requestId })
  if (result.outcome === 'refused') {
    if (result.changed) await parts.awaitGateways()
    return refuse(c, { error: 'invalid_grant', description: 'The refresh token cannot be used.' })
  }
  return await answerTokens(parts, c, result.pair)
}

async function byClientCredentials(parts: OAuthParts, c: OAuthContext, form: Form): Promise<Response> {
  const client = await authenticate(parts, c, form)
  if (client instanceof Response) return client
  if (!client) return refuseClient(c)
  const requestId = c.get('requestId')
  const issued = await issueByClient(parts, { client, grant: 'client_credentials', requestId })
  if (!issued)
    return refuse(c, { error: 'unauthorized_client', description: 'The credential is not active.' })
  return await answerTokens(parts, c, issued)
}

/** RFC 6749 4.3, which RFC 9700 2.4 forbids: only where the tenant's settings switch it on. */
async function byPassword(parts: OAuthParts, c: OAuthContext, form: Form): Promise<Response> {
  const username = form.get('username')
  const password = form.get('password')
  if (username === undefined || password === undefined)
    return refuse(c, { error: 'invalid_request', description: 'username and password are needed.' })
  if (!parts.anyPasswordGrant)
    return refuse(c, { error: 'unsupported_grant_type', description: 'The password grant is switched off.' })
  // RFC 6749 4.3.2: whoever names a client with its secret is held to it. Some name one without.
  const named = await authenticate(parts, c, form, 'secret_may_be_empty')
  if (named instanceof Response) return named
  const client = await verify(parts, c, [{ clientId: username, secret: password }])
  if (client instanceof Response) {
    if (client.status !== 401) return client
    return refuse(c, { error: 'invalid_grant', description: 'The user name or the password is wrong.' })
  }
  if (named && named.credentialId !== client.credentialId)
    return refuse(c, { error: 'invalid_grant', description: 'The user name is not that of the client.' })
  if (!parts.settingsOf(client.tenantId).passwordGrant)
    return refuse(c, { error: 'unauthorized_client', description: 'The password grant is switched off.' })
  const issued = await issueByClient(parts, { client, grant: 'password', requestId: c.get('requestId') })
  if (!issued) return refuse(c, { error: 'invalid_grant', description: 'The credential is not active.' })
  return await answerTokens(parts, c, issued)
}

type Issued = { readonly accessToken: Expiring; readonly refreshToken?: Expiring | undefined }

/** A program waits for its tokens; a gateway that lags refuses them for a moment. */
const NEW_TOKENS_WAIT_MS = 1_000

/** The answer comes in any case: the tokens cannot be shown again. */
async function answerTokens(parts: OAuthParts, c: OAuthContext, issued: Issued): Promise<Response> {
  await parts.awaitGateways(NEW_TOKENS_WAIT_MS)
  const { accessToken, refreshToken } = issued
  return answerJson(c, {
    access_token: accessToken.value,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((accessToken.expiresAt - parts.now()) / 1000)),
    ...(refreshToken && { refresh_token: refreshToken.value }),
  })
}
