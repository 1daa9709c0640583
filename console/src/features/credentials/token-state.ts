import type { Credential } from './use-credentials.ts'

type TokenOfCredential = Credential['tokens'][number]

/** What the credential is used with: its newest API token, or access token. Undefined where it has none any more. */
export function newestToken({ authenticationMethod, tokens }: Credential): TokenOfCredential | undefined {
  const wanted = authenticationMethod === 'oauth' ? 'access' : 'api'
  // The oldest come first.
  return tokens.findLast(({ kind }) => kind === wanted)
}

/** Whether it has expired at this instant, epoch milliseconds. */
export function isExpired({ expiresAt }: Pick<TokenOfCredential, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now
}

/** The API tokens that can be used at this instant. */
export function liveApiTokens({ tokens }: Credential, now: number): readonly TokenOfCredential[] {
  return tokens.filter((token) => token.kind === 'api' && !isExpired(token, now))
}
