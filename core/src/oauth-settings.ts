/** How long OAuth tokens of a tenant live, and which grants it has. Spans are milliseconds. */
export type OAuthSettings = {
  readonly accessTokenMs: number
  /** A refresh token that is not used for so long ends (RFC 9700 4.14.2). */
  readonly refreshIdleMs: number
  /** A family of refresh tokens ends so long after its first, however much it is used. */
  readonly refreshAbsoluteMs: number
  /** For so long a refresh token that was just used is taken for a race of its owner, not for a theft. */
  readonly reuseIntervalMs: number
  /** The grant of RFC 6749 4.3, which RFC 9700 2.4 forbids. */
  readonly passwordGrant: boolean
}

const MINUTE_MS = 60 * 1000
const DAY_MS = 24 * 60 * MINUTE_MS

export const OAUTH_DEFAULTS: OAuthSettings = {
  accessTokenMs: 60 * MINUTE_MS,
  refreshIdleMs: 30 * DAY_MS,
  refreshAbsoluteMs: 90 * DAY_MS,
  reuseIntervalMs: 10_000,
  passwordGrant: false,
}
