import { revokeToken } from '#tokens/revoke-token.ts'
import { answerJson, refuse, refuseTooMany } from './answers.ts'
import { authenticate } from './authenticate.ts'
import type { OAuthApp, OAuthContext, OAuthParts } from './deps.ts'
import { readForm } from './read-form.ts'

export const REVOCATION_PATH = '/oauth/revoke'

/** So many from one network that end nothing: enough for a list that was found, too few to keep the database busy. */
export const REVOCATIONS = { max: 60, windowMs: 60_000 } as const

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
    const waitMs = countRevocation(parts, c)
    // RFC 7009 2.2.1: the client must assume that the token still works.
    if (waitMs > 0) {
      const description = 'Too many revocations from there. The token may still work.'
      return refuseTooMany(c, { waitMs, error: 'temporarily_unavailable', description })
    }
    // token_type_hint may be wrong; the token itself says what it is.
    if (await revokeToken(parts, { token, client, requestId: c.get('requestId') })) {
      parts.revocations.undo(c.get('network'), parts.now())
      await parts.awaitGateways()
    }
    // Nothing is to be said, but there are clients that read JSON from every answer.
    return answerJson(c, {})
  })
}

/** How long the caller has to wait; 0 if this one counts now. */
function countRevocation({ revocations, now }: OAuthParts, c: OAuthContext): number {
  const network = c.get('network')
  const at = now()
  const waitMs = revocations.waitMs(network, at)
  if (waitMs === 0) revocations.begin(network, at)
  return waitMs
}
