import { hash } from 'node:crypto'
import type { Credential } from '@stagedoor/core/credential.ts'
import type { PresentedToken } from '@stagedoor/core/decide.ts'
import { tokenKind } from '@stagedoor/core/token.ts'
import type { Policy } from './policy.ts'

/** Who calls, as far as the token tells. */
export type Presented = {
  readonly token: PresentedToken
  /** Undefined unless the token was issued. */
  readonly credential: Credential | undefined
}

const MISSING: Presented = { token: { kind: 'missing' }, credential: undefined }
const MALFORMED: Presented = { token: { kind: 'malformed' }, credential: undefined }
const UNKNOWN: Presented = { token: { kind: 'unknown' }, credential: undefined }

/** Looks up the text that was presented as a token; undefined where none was. What has no token's form is not even hashed. */
export function identify(policy: Policy, text: string | undefined): Presented {
  if (text === undefined) return MISSING
  const kind = tokenKind(text)
  // A refresh token is no bearer token: it is for the token endpoint alone (RFC 6749 1.5).
  if (kind !== 'api' && kind !== 'access') return MALFORMED
  return policy.findToken(hash('sha256', text, 'binary')) ?? UNKNOWN
}
