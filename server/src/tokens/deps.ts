import type { OAuthSettings } from '@stagedoor/core/oauth-settings.ts'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import type { Database } from '#storage/database.ts'

/** What the life of tokens needs from outside. */
export type TokensDeps = {
  readonly db: Database
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: RandomBytes
  readonly hasher: PasswordHasher
  readonly settingsOf: (tenantId: string) => OAuthSettings
}

/** A credential that has proved to be itself with its password. */
export type Client = { readonly credentialId: string; readonly tenantId: string; readonly active: boolean }

/** How long the reasons of ended tokens are kept. Afterwards they are unknown: callers see no difference. */
export const ENDED_KEPT_MS = 7 * 24 * 60 * 60 * 1000
