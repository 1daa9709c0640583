import { describe, expect, it } from 'vitest'
import { isExpired, liveApiTokens, newestToken } from './token-state.ts'
import type { Credential } from './use-credentials.ts'

const NOW = Date.parse('2026-03-01T12:00:00.000Z')
const BEFORE = '2026-03-01T11:00:00.000Z'
const AFTER = '2026-03-08T12:00:00.000Z'

type Given = {
  readonly id: string
  readonly kind: 'api' | 'access' | 'refresh'
  readonly expiresAt: string | null
}

function credential(method: Credential['authenticationMethod'], tokens: readonly Given[]): Credential {
  return {
    id: 'cred_0123456789abcdef01234567',
    tenantId: 'tnt_a',
    title: 'A',
    description: '',
    authenticationMethod: method,
    active: true,
    allowedEndpoints: { kind: 'all' },
    version: 1,
    tokens: tokens.map((token) => ({ ...token, hint: '', issuedAt: BEFORE, lastUsedAt: null })),
    refreshTokenReusedAt: null,
    createdAt: BEFORE,
    updatedAt: BEFORE,
  }
}

describe('the state of the tokens', () => {
  it('is that of the newest one: an old API token in its overlap does not matter', () => {
    const both = credential('api_token', [
      { id: 'old', kind: 'api', expiresAt: AFTER },
      { id: 'new', kind: 'api', expiresAt: null },
    ])
    expect(newestToken(both)?.id).toBe('new')
    expect(liveApiTokens(both, NOW).map(({ id }) => id)).toEqual(['old', 'new'])
  })

  it('of OAuth is that of the access token, and nothing where the line was ended', () => {
    const pair = credential('oauth', [
      { id: 'access', kind: 'access', expiresAt: BEFORE },
      { id: 'refresh', kind: 'refresh', expiresAt: AFTER },
    ])
    expect(newestToken(pair)?.id).toBe('access')
    expect(newestToken(credential('oauth', []))).toBeUndefined()
    expect(liveApiTokens(pair, NOW)).toEqual([])
  })

  it('leaves out what has expired, to the millisecond', () => {
    const at = new Date(NOW).toISOString()
    expect(isExpired({ expiresAt: at }, NOW)).toBe(true)
    expect(isExpired({ expiresAt: at }, NOW - 1)).toBe(false)
    expect(isExpired({ expiresAt: null }, NOW)).toBe(false)
    expect(liveApiTokens(credential('api_token', [{ id: 'a', kind: 'api', expiresAt: at }]), NOW)).toEqual([])
  })
})
