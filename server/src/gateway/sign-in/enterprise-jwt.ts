import { createHmac } from 'node:crypto'
import type { SignIn } from './sign-in.ts'

export type EnterpriseJwtOptions = {
  readonly apiUserId: string
  readonly key: string
  readonly secret: string
  readonly proxiedUserId: string | undefined
  /** Epoch milliseconds. */
  readonly now: () => number
}

const LIFETIME_SECONDS = 120
const RENEW_BEFORE_SECONDS = 30

/**
 * Signs in at Enterprise with a JWT that the gateway mints: HS256 over the API user's id and key, as the vendor's
 * own SDK does it (two minutes, renewed in the last thirty seconds).
 */
export function enterpriseJwtSignIn({
  apiUserId,
  key,
  secret,
  proxiedUserId,
  now,
}: EnterpriseJwtOptions): SignIn {
  let current: { readonly lines: string; readonly expiresAt: number } | undefined

  function mint(nowSeconds: number): string {
    const claims = {
      iss: apiUserId,
      key,
      iat: nowSeconds,
      exp: nowSeconds + LIFETIME_SECONDS,
      ...(proxiedUserId !== undefined && { sub: proxiedUserId }),
    }
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  }

  return {
    kinds: KINDS,
    lines: () => {
      const nowSeconds = Math.floor(now() / 1000)
      const left = (current?.expiresAt ?? 0) - nowSeconds
      // A clock that was set back must not keep a token that the upstream finds to come from the future.
      if (current === undefined || left < RENEW_BEFORE_SECONDS || left > LIFETIME_SECONDS) {
        current = {
          lines: `authorization: Bearer ${mint(nowSeconds)}\r\n`,
          expiresAt: nowSeconds + LIFETIME_SECONDS,
        }
      }
      return current.lines
    },
    refused: (lines) => {
      if (current?.lines === lines) current = undefined
      // A new one says the same: id, key or secret are wrong there.
      return false
    },
  }
}

const KINDS: ReadonlySet<string> = new Set(['authorization'])

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
