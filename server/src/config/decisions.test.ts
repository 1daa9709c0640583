import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const FILE = {
  catalogs: { pets: { document: 'pets.yaml', mount: '/pets' } },
  tenants: [
    {
      id: 'tnt_a',
      name: 'A',
      edition: 'enterprise',
      upstreams: { pets: { baseUrl: 'http://127.0.0.1:9' } },
    },
  ],
}

function read(decisions: unknown, further: object = {}, env: Record<string, string> = {}) {
  const text = JSON.stringify({ ...FILE, ...further, ...(decisions !== undefined && { decisions }) })
  return readConfig({ env, folder: '/etc/door', readText: () => text })
}

function problemsOf(...given: Parameters<typeof read>): string {
  const result = read(...given)
  return result.ok ? '' : result.problems.join('\n')
}

describe('settings of decisions', () => {
  it('open nothing and trust nobody unless told', () => {
    expect(read(undefined)).toMatchObject({
      ok: true,
      config: { decisions: { trustedProxies: [], callIn: 'x-forwarded', address: '127.0.0.1' } },
    })
    const result = read(undefined)
    expect(result.ok && result.config.decisionsPort).toBe(undefined)
    expect(read(undefined, {}, { STAGEDOOR_DECISIONS_PORT: '4003' })).toMatchObject({
      ok: true,
      config: { decisionsPort: 4003 },
    })
  })

  it.each(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '203.0.113.7/32', '2001:db8::/128'])(
    'trust %s',
    (range) => {
      expect(problemsOf({ trustedProxies: [range] })).toBe('')
    },
  )

  it.each([
    ['', 'is not an address'],
    ['localhost', 'is not an address'],
    ['10.0.0.0/33', 'is not an address'],
    ['::/129', 'is not an address'],
    ['10.0.0.0/', 'is not an address'],
    ['10.0.0.0/-1', 'is not an address'],
    ['10.0.0.0/8/8', 'is not an address'],
    ['10.0.0', 'is not an address'],
    ['fe80::1%eth0', 'is not an address'],
    ['*', 'is not an address'],
    ['0.0.0.0/0', 'trusts everybody'],
    ['::/0', 'trusts everybody'],
    ['10.0.0.0/00', 'trusts everybody'],
  ])('do not trust %j', (range, problem) => {
    expect(problemsOf({ trustedProxies: ['127.0.0.1', range] })).toMatch(
      new RegExp(`decisions\\.trustedProxies\\.1: ${problem}`),
    )
  })

  it('know three places for a call, and no other member', () => {
    expect(problemsOf({ callIn: 'x-original' })).toBe('')
    expect(problemsOf({ callIn: 'path' })).toBe('')
    expect(problemsOf({ callIn: 'headers' })).toMatch(/decisions\.callIn/)
    expect(problemsOf({ trustedProxy: [] })).toMatch(/decisions/)
    expect(problemsOf({ address: 'localhost' })).toMatch(/decisions\.address: is not an address/)
  })

  it('have a port of their own, where the process decides at all', () => {
    const clash = { decisionsPort: 4001 }
    expect(problemsOf({}, clash)).toMatch(/decisionsPort.* must differ/)
    const control = {
      ...clash,
      role: 'control',
      nodeTokens: ['n'.repeat(32)],
      gatewayUrl: 'https://a.example',
    }
    expect(problemsOf({}, control)).toBe('')
  })
})
