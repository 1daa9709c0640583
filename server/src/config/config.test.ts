import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '#scripts/make-config-schema.ts'
import { type ReadConfig, readConfig } from './config.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const shipped = readFileSync(resolve(ROOT, 'stagedoor.config.json'), 'utf8')

function read(env: Record<string, string>, text: string | undefined = shipped): ReadConfig {
  return readConfig({
    env,
    folder: '/etc/door',
    readText: (path) => (path === '/etc/door/stagedoor.config.json' ? text : undefined),
  })
}

function problemsOf(result: ReadConfig): readonly string[] {
  return result.ok ? [] : result.problems
}

describe('readConfig', () => {
  it('reads the shipped file, with the defaults of the documentation', () => {
    const result = read({})
    expect(result).toMatchObject({
      ok: true,
      config: {
        data: 'stagedoor-data',
        consolePort: 4000,
        gatewayPort: 4001,
        sandboxPort: 4002,
        folder: '/etc/door',
        managementToken: undefined,
      },
    })
  })

  it('lets the environment win', () => {
    const result = read({
      STAGEDOOR_CONSOLE_PORT: '5000',
      STAGEDOOR_DATA: '/var/door',
      STAGEDOOR_MANAGEMENT_TOKEN: 'long-enough',
    })
    expect(result).toMatchObject({
      ok: true,
      config: { consolePort: 5000, data: '/var/door', managementToken: 'long-enough' },
    })
  })

  it('looks secrets up by name, and says which is missing without saying any', () => {
    const file = shipped.replaceAll('"sandbox-only-not-a-secret"', '{ "env": "ELITE_SECRET" }')
    expect(problemsOf(read({}, file))).toEqual([
      expect.stringContaining(
        'tenants.1.upstreams.elite.signIn.clientSecret: the environment variable ELITE_SECRET is not set',
      ),
    ])
    const result = read({ ELITE_SECRET: 'found' }, file)
    expect(result.ok && result.config.tenants[1]?.upstreams['elite']?.signIn).toMatchObject({
      clientSecret: 'found',
    })
  })

  it.each<[string, (text: string) => string | undefined, RegExp]>([
    ['no file', () => undefined, /no such file\. STAGEDOOR_CONFIG names another/],
    ['no JSON', () => '{', /not JSON/],
    ['a list', () => '[]', /does not hold a JSON object/],
    ['no tenant', (text) => JSON.stringify({ ...JSON.parse(text), tenants: [] }), /tenants: /],
    [
      'one tenant twice',
      (text) => text.replace('tnt_northlight', 'tnt_harbourview'),
      /tenants\.1\.id: tnt_harbourview is used twice/,
    ],
    [
      'two catalogs at one mount',
      (text) => text.replace('/enterprise/connect/api/odata', '/enterprise/connect/api'),
      /tenants\.0\.upstreams\.odata: mounted at/,
    ],
    [
      'a mount with a slash at its end',
      (text) => text.replace('"/elite/connect/api"', '"/elite/"'),
      /catalogs\.elite\.mount: /,
    ],
    [
      'sandbox URLs without sandbox',
      (text) => text.replace('"sandbox": true', '"sandbox": false'),
      /a sandbox: URL needs "sandbox": true/,
    ],
    [
      'one port twice',
      (text) => text.replace('"sandbox": true', '"sandbox": true, "gatewayPort": 4000'),
      /must differ/,
    ],
    ['a base URL with a query', (text) => text.replace('sandbox:/elite"', 'http://h/?x"'), /baseUrl: /],
    [
      'an edition of nothing',
      (text) => text.replace('"edition": "elite"', '"edition": "gold"'),
      /tenants\.1\.edition/,
    ],
    [
      'a sign-in of nothing',
      (text) => text.replace('elite-client-credentials', 'kerberos'),
      /tenants\.1\.upstreams\.elite\.signIn/,
    ],
  ])('refuses %s and names the place', (_, change, message) => {
    const text = change(shipped)
    const result = readConfig({ env: {}, folder: '/etc/door', readText: () => text })
    expect(problemsOf(result).join('\n')).toMatch(message)
  })
})

describe('docs/stagedoor.config.schema.json', () => {
  it('is what the schema of the program says (npm run generate)', () => {
    expect(readFileSync(resolve(ROOT, 'docs/stagedoor.config.schema.json'), 'utf8')).toBe(configSchema())
  })
})
