import { hash } from 'node:crypto'
import type { Credential } from '@stagedoor/core/credential.ts'
import type { PresentedToken } from '@stagedoor/core/decide.ts'
import { tokenKind } from '@stagedoor/core/token.ts'
import type { KnownToken, Policy } from './policy.ts'

/** Who calls, as far as the token tells. */
export type Presented = {
  readonly token: PresentedToken
  /** Undefined unless the token was issued. */
  readonly credential: Credential | undefined
}

/** Looks up the text that was presented as a token; undefined where none was. */
export function identify(policy: Policy, text: string | undefined): Presented {
  const known = findKnown(policy, text)
  if (typeof known !== 'object') return { token: { kind: known }, credential: undefined }
  const { id, expiresAt, revokedAt, credential } = known
  return { token: { kind: 'issued', id, expiresAt, revokedAt }, credential }
}

function findKnown(
  policy: Policy,
  text: string | undefined,
): KnownToken | 'missing' | 'malformed' | 'unknown' {
  if (text === undefined) return 'missing'
  const kind = tokenKind(text)
  // A refresh token is no bearer token: it is for the token endpoint alone (RFC 6749 1.5).
  if (kind !== 'api' && kind !== 'access') return 'malformed'
  return policy.findToken(hash('sha256', text)) ?? 'unknown'
}
