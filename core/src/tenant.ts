import type { Catalog } from './catalog/endpoint.ts'
import type { Edition } from './credential.ts'
import type { OAuthSettings } from './oauth-settings.ts'

/** The owner of credentials: one Enterprise database, one Elite account, or one installation of another API. */
export type Tenant = {
  readonly id: string
  readonly name: string
  readonly edition: Edition
  readonly catalogs: readonly Catalog[]
  /** Undefined: OAUTH_DEFAULTS. */
  readonly oauth?: OAuthSettings
}
