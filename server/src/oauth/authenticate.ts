import type { ClientSecret } from '#tokens/authenticate-client.ts'
import { clientKeyOf, isKnownNetwork, noteNetwork } from '#tokens/client-networks.ts'
import type { Client } from '#tokens/deps.ts'
import { refuse, refuseTooMany } from './answers.ts'
import { readClientSecret } from './client-secret.ts'
import type { OAuthContext, OAuthParts } from './deps.ts'
import type { Form } from './read-form.ts'

const BASIC_CHALLENGE = 'Basic realm="Stagedoor", charset="UTF-8"'

/** The client that authenticates, undefined where none tries, or the answer to one that is not known. */
export async function authenticate(
  parts: OAuthParts,
  c: OAuthContext,
  form: Form,
  emptySecret: 'refused' | 'secret_may_be_empty' = 'refused',
): Promise<Client | undefined | Response> {
  const presented = readClientSecret(c.req.header('authorization'), form)
  if (presented.kind === 'none') return undefined
  if (presented.kind === 'malformed')
    return refuse(c, { error: 'invalid_request', description: presented.description })
  const isBare = presented.readings.length > 0 && presented.readings.every(({ secret }) => secret === '')
  if (isBare && emptySecret === 'secret_may_be_empty') return undefined
  return await verify(parts, c, presented.readings)
}

/** One of these readings is a credential with its password; counted as one attempt. */
export async function verify(
  parts: OAuthParts,
  c: OAuthContext,
  readings: readonly ClientSecret[],
): Promise<Client | Response> {
  const [first] = readings
  if (!first) return refuseClient(c)
  const network = c.get('network')
  const clientKey = await clientKeyOf(parts, first.clientId)
  const attempt = await parts.limits.begin({
    email: clientKey,
    network,
    isKnown: () => isKnownNetwork(parts, { clientKey, network }),
  })
  if (attempt.outcome === 'wait') return refuseTooMany(c, { waitMs: attempt.waitMs })
  for (const reading of readings) {
    const client = await parts.authenticateClient(reading)
    if (client === 'overloaded') {
      attempt.undo()
      return refuseOverloaded(c)
    }
    if (client !== 'wrong') {
      attempt.succeeded()
      await noteNetwork(parts, { credentialId: client.credentialId, network })
      return client
    }
  }
  parts.log.info({ requestId: c.get('requestId') }, 'refused: a client could not authenticate')
  return refuseClient(c)
}

/** The scheme is named where the caller used it, and where it used none (RFC 6749 5.2). */
export function refuseClient(c: OAuthContext): Response {
  return refuse(c, {
    error: 'invalid_client',
    description: 'The client is unknown, or its secret is wrong.',
    status: 401,
    headers: { 'www-authenticate': BASIC_CHALLENGE },
  })
}

function refuseOverloaded(c: OAuthContext): Response {
  return refuse(c, {
    error: 'temporarily_unavailable',
    description: 'Too much to do at the moment.',
    status: 503,
    headers: { 'retry-after': '1' },
  })
}
