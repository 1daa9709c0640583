import { createHmac, timingSafeEqual } from 'node:crypto'
import { isRow, type Row } from '#row.ts'
import type { Settings } from '#settings.ts'

export type SignIn =
  | { readonly kind: 'signed-in'; readonly user: string }
  | { readonly kind: 'refused'; readonly reason: string }

const LIFE_SECONDS_MAX = 3600

export type SignInFacts = {
  readonly authorization: string | undefined
  readonly nowSeconds: number
  readonly expected: Settings['enterprise']
}

/** Checks the JWT that an API user signs for itself with its Secret (RFC 7515, HS256 only). */
export function checkSignIn({ authorization, nowSeconds, expected }: SignInFacts): SignIn {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) return refused('A Bearer token is required.')
  const [head, body, signature, ...more] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined || more.length > 0)
    return refused('The token is not a JWT.')
  // Any other algorithm is refused before its signature is looked at: "none" has none.
  if (decode(head)?.['alg'] !== 'HS256') return refused('The token is not signed with HS256.')
  if (!isSignature(signature, `${head}.${body}`, expected.secret))
    return refused('The signature does not match the Secret of the API user.')
  const claims = decode(body)
  return claims === undefined
    ? refused('The claims are not a JSON object.')
    : checkClaims(claims, nowSeconds, expected)
}

function checkClaims(claims: Row, nowSeconds: number, expected: Settings['enterprise']): SignIn {
  const { iss, key, iat, exp, nbf, sub } = claims
  if (iss !== expected.apiUser) return refused('iss is not the ID of an API user.')
  if (key !== expected.key) return refused('key is not a Key of this API user.')
  if (typeof iat !== 'number') return refused('iat is missing or not a number.')
  if (typeof exp !== 'number') return refused('exp is missing or not a number.')
  if (exp <= nowSeconds) return refused('The token has expired.')
  if (exp > nowSeconds + LIFE_SECONDS_MAX) return refused('exp is more than one hour ahead.')
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds))
    return refused('The token is not valid yet.')
  if (sub !== undefined && typeof sub !== 'string') return refused('sub is not a user ID.')
  return { kind: 'signed-in', user: sub ?? expected.apiUser }
}

function refused(reason: string): SignIn {
  return { kind: 'refused', reason }
}

function isSignature(signature: string, signed: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest()
  const given = Buffer.from(signature, 'base64url')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function decode(part: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isRow(value) ? value : undefined
  } catch {
    return undefined
  }
}
