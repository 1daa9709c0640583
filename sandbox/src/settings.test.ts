import { describe, expect, it } from 'vitest'
import { DEVELOPMENT_SETTINGS, readSettings } from './settings.ts'

describe('readSettings', () => {
  it('keeps the development values where the environment says nothing', () => {
    expect(readSettings({})).toEqual(DEVELOPMENT_SETTINGS)
    expect(readSettings({ SANDBOX_ENTERPRISE_KEY: '' })).toEqual(DEVELOPMENT_SETTINGS)
  })

  it('takes every value from the environment', () => {
    expect(
      readSettings({
        STAGEDOOR_SANDBOX_PORT: '0',
        SANDBOX_ENTERPRISE_API_USER: 'PARTNER',
        SANDBOX_ENTERPRISE_KEY: 'k',
        SANDBOX_ENTERPRISE_SECRET: 's',
        SANDBOX_ELITE_CLIENT_ID: 'id',
        SANDBOX_ELITE_CLIENT_SECRET: 'secret',
        SANDBOX_ELITE_TOKEN_SECONDS: '60',
        SANDBOX_EVENTS_KEY: 'events',
      }),
    ).toEqual({
      port: 0,
      enterprise: { apiUser: 'PARTNER', key: 'k', secret: 's' },
      elite: { clientId: 'id', clientSecret: 'secret', tokenSeconds: 60 },
      events: { key: 'events' },
    })
  })

  it.each([
    ['STAGEDOOR_SANDBOX_PORT', 'http'],
    ['STAGEDOOR_SANDBOX_PORT', '65536'],
    ['STAGEDOOR_SANDBOX_PORT', '1e3'],
    ['SANDBOX_ELITE_TOKEN_SECONDS', '0'],
    ['SANDBOX_ELITE_TOKEN_SECONDS', '-1'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name)
  })
})
