const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i

/** The token of `Authorization: Bearer <token>` (RFC 6750 2.1), or undefined. Two headers joined by a comma are none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
}
