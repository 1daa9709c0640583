import type { Credential } from '@stagedoor/core/credential.ts'
import type { PresentedToken } from '@stagedoor/core/decide.ts'

/** A token that was issued, and whose it is: as facts that are decided by. */
export type KnownToken = {
  readonly token: Extract<PresentedToken, { kind: 'issued' }>
  readonly credential: Credential
}
