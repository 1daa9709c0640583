import { revokeToken } from '#tokens/revoke-token.ts'
import { answerJson, refuse } from './answers.ts'
import { authenticate } from './authenticate.ts'
import type { OAuthApp, OAuthParts } from './deps.ts'
import { readForm } from './read-form.ts'

export const REVOCATION_PATH = '/oauth/revoke'

/**
 * `POST /oauth/revoke` (RFC 7009). Whoever holds a token may end it: a leaked one is ended by who finds it. The answer
 * is the same whether there was such a token. It comes after the data plane has learnt of it.
 */
export function registerRevoke(app: OAuthApp, parts: OAuthParts): void {
  app.post(REVOCATION_PATH, async (c) => {
    const form = await readForm(c)
    if (form instanceof Response) return form
    const token = form.get('token')
    if (token === undefined) return refuse(c, { error: 'invalid_request', description: 'token is missing.' })
    const client = await authenticate(parts, c, form)
    if (client instanceof Response) return client
    // token_type_hint may be wrong; the token itself says what it is.
    if (await revokeToken(parts, { token, client, requestId: c.get('requestId') })) await parts.catchUp()
    // Nothing is to be said, but there are clients that read JSON from every answer.
    return answerJson(c, {})
  })
}
