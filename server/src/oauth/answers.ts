import type { OAuthContext } from './deps.ts'

/** The codes of RFC 6749 5.2, and the one of 4.1.2.1 for a server that has too much to do. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'temporarily_unavailable'

export type OAuthRefusal = {
  readonly error: OAuthErrorCode
  /** Our own words: only %x20-21, %x23-5B and %x5D-7E may stand there, so nothing of a caller ever does. */
  readonly description: string
  readonly status?: 400 | 401 | 429 | 503
  readonly headers?: Readonly<Record<string, string>>
}

/** An error as RFC 6749 5.2 has it: these endpoints do not speak problem+json. */
export function refuse(
  c: OAuthContext,
  { error, description, status = 400, headers = {} }: OAuthRefusal,
): Response {
  return answerJson(c, { error, error_description: description }, status, headers)
}

/** Tokens and what is said of them are nobody's to keep (RFC 6749 5.1). */
export function answerJson(
  c: OAuthContext,
  body: object,
  status: 200 | 400 | 401 | 429 | 503 = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  return c.json(body, status)
}

export type TooMany = {
  readonly waitMs: number
  readonly error?: OAuthErrorCode
  readonly description?: string
}

/** Says for how long nothing is tried. */
export function refuseTooMany(
  c: OAuthContext,
  { waitMs, error = 'invalid_client', description = 'Too many attempts.' }: TooMany,
): Response {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return refuse(c, {
    error,
    description: `${description} Try again in ${seconds} seconds.`,
    status: 429,
    headers: { 'retry-after': String(seconds) },
  })
}
