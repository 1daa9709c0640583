import { createHash, timingSafeEqual } from 'node:crypto'
import { isRow, type Json } from '#row.ts'
import type { Settings } from '#settings.ts'
import { badRequest } from './errors.ts'

export type EliteSignIn = {
  /** POST /token: a new token for the right id and secret. */
  readonly issue: (body: Json | undefined) => Response
  readonly accepts: (authorization: string | null) => boolean
}

export type EliteSignInOptions = {
  readonly settings: Settings['elite']
  readonly now: () => number
  readonly randomText: () => string
}

const PREFIX = 'elite-sandbox-'

/** Whether the text has the form of a token that is issued here, also one that has expired. */
export function isEliteToken(token: string): boolean {
  return token.startsWith(PREFIX)
}

/** Tokens live in memory and end with the process. */
export function createEliteSignIn({ settings, now, randomText }: EliteSignInOptions): EliteSignIn {
  const expiries = new Map<string, number>()
  return {
    issue: (body) => {
      const { clientId, clientSecret } = isRow(body) ? body : {}
      if (typeof clientId !== 'string' || typeof clientSecret !== 'string')
        return badRequest('clientId and clientSecret are required.', [
          ...(typeof clientId === 'string' ? [] : [{ field: 'clientId', message: 'is required' }]),
          ...(typeof clientSecret === 'string' ? [] : [{ field: 'clientSecret', message: 'is required' }]),
        ])
      const right = same(clientId, settings.clientId) && same(clientSecret, settings.clientSecret)
      if (!right) return Response.json({ message: 'The client id or secret is wrong.' }, { status: 401 })
      for (const [token, expiry] of expiries) if (expiry <= now()) expiries.delete(token)
      const accessToken = PREFIX + randomText()
      expiries.set(accessToken, now() + settings.tokenSeconds * 1000)
      return Response.json({ accessToken, expiresIn: settings.tokenSeconds, tokenType: 'Bearer' })
    },
    accepts: (authorization) => {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
      return token !== undefined && (expiries.get(token) ?? 0) > now()
    },
  }
}

/** Digests have one length, so that the comparison takes the same time for every guess. */
function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
