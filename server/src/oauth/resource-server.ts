import { hash, timingSafeEqual } from 'node:crypto'
import type { ClientSecret } from '#tokens/authenticate-client.ts'
import type { OAuthParts } from './deps.ts'

/** The secret is long and made by a machine: a few mistakes are a setting that is wrong, more are guesses. */
export const SERVER_ATTEMPTS = { free: 10, delayMaxMs: 60_000, forgottenMs: 60 * 60 * 1000 } as const

export type ResourceServerAttempt =
  | { readonly outcome: 'authenticated' | 'wrong' }
  | { readonly outcome: 'wait'; readonly waitMs: number }
  /** It names no resource server. */
  | { readonly outcome: 'other' }

export type PresentedServer = { readonly readings: readonly ClientSecret[]; readonly network: string }

/**
 * Whether a registered resource server asks. Guesses are counted for the server and the network that they come from, so
 * that nobody slows down a server that asks from elsewhere.
 */
export function authenticateResourceServer(
  { resourceServers, serverAttempts, now }: Pick<OAuthParts, 'resourceServers' | 'serverAttempts' | 'now'>,
  { readings, network }: PresentedServer,
): ResourceServerAttempt {
  const server = resourceServers.find(({ id }) => readings.some(({ clientId }) => clientId === id))
  if (!server) return { outcome: 'other' }
  const key = `${network} ${server.id}`
  const waitMs = serverAttempts.waitMs(key, now())
  if (waitMs > 0) return { outcome: 'wait', waitMs }
  const isRight = readings.some(
    ({ clientId, secret }) => clientId === server.id && isSame(server.secret, secret),
  )
  if (isRight) {
    serverAttempts.reset(key)
    return { outcome: 'authenticated' }
  }
  serverAttempts.begin(key, now())
  return { outcome: 'wrong' }
}

function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(hash('sha256', expected, 'buffer'), hash('sha256', given, 'buffer'))
}
