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
        gatewayHost: '127.0.0.1',
        sandboxPort: 4002,
        folder: '/etc/door',
        managementToken: undefined,
      },
    })
  })

  it('refuses a secret of a resource server that could be guessed, and does not show it', () => {
    const withSecret = (secret: string): ReadConfig =>
      read({}, JSON.stringify({ ...JSON.parse(shipped), resourceServers: [{ id: 'reports', secret }] }))
    const result = withSecret('hunter2-hunter2-hunter2')
    expect(result).toEqual({
      ok: false,
      problems: [
        '/etc/door/stagedoor.config.json: resourceServers.0.secret: is shorter than 24 characters, so it could be guessed',
      ],
    })
    expect(withSecret('hunter2-hunter2-hunter2-')).toMatchObject({ ok: true })
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
    ['a text without its quotation marks', () => '{\n "data": here }', /not JSON: .*near line 2$/],
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

const SECRET = 'a-server-secret-of-forty-characters-0123'

function withMembers(members: object): string {
  return JSON.stringify({ ...JSON.parse(shipped), ...members })
}

describe('settings of the console', () => {
  it('have a brand by default and no single sign-on', () => {
    const result = read({})
    expect(result.ok && result.config).toMatchObject({
      brand: { name: 'Momentus Connect', color: '#1a56c4' },
      singleSignOn: undefined,
      serverSecret: undefined,
    })
  })

  it('are read from file and environment, addresses without a slash at the end', () => {
    const singleSignOn = { issuer: 'https://id.example.com', clientId: 'door', clientSecret: { env: 'SSO' } }
    const result = read(
      {
        SSO: 'found',
        STAGEDOOR_SECRET: SECRET,
        STAGEDOOR_CONSOLE_URL: 'https://Connect.example.com/',
        STAGEDOOR_GATEWAY_URL: 'https://api.example.com/momentus/',
        STAGEDOOR_GATEWAY_HOST: '::',
        STAGEDOOR_CLIENT_ADDRESS_HEADER: 'X-Forwarded-For',
      },
      withMembers({
        singleSignOn,
        gatewayTls: { certFile: 'tls/cert.pem', keyFile: 'tls/key.pem' },
        brand: { name: 'Harbour', color: '#7A1FA2' },
      }),
    )
    expect(result.ok && result.config).toMatchObject({
      consoleUrl: 'https://connect.example.com',
      gatewayUrl: 'https://api.example.com/momentus',
      gatewayHost: '::',
      gatewayTls: { certFile: 'tls/cert.pem', keyFile: 'tls/key.pem' },
      clientAddressHeader: 'x-forwarded-for',
      serverSecret: SECRET,
      brand: { name: 'Harbour', color: '#7A1FA2' },
      singleSignOn: { clientSecret: 'found', name: 'Single sign-on', scopes: ['openid', 'profile', 'email'] },
    })
  })

  it.each<[object, RegExp]>([
    [{ brand: { color: '#ffcc00' } }, /brand\.color: has a contrast of 1\.\d+:1 to white; text needs 4\.5:1/],
    [{ brand: { color: '#777777' } }, /brand\.color: has a contrast of 4\.47:1/],
    [{ brand: { color: 'red;}body{background:url(//evil)' } }, /brand\.color: is not a colour/],
    [{ brand: { name: '' } }, /brand\.name/],
    [{ brand: { name: 'x'.repeat(61) } }, /brand\.name/],
    [{ consoleUrl: 'http://connect.example.com' }, /consoleUrl: needs https/],
    [{ consoleUrl: 'https://connect.example.com/path' }, /consoleUrl: is not an origin/],
    [{ consoleUrl: 'http://127.0.0.1.example.com' }, /consoleUrl: needs https/],
    [{ consoleUrl: 'http://localhost\\.example.com' }, /consoleUrl: is not an origin/],
    [{ consoleUrl: 'https://[connect' }, /consoleUrl: is not an origin/],
    [{ consoleUrl: 'https://user:word@connect.example.com' }, /consoleUrl: is not an origin/],
    [{ gatewayUrl: 'ftp://api.example.com' }, /gatewayUrl: is not an http/],
    [{ gatewayUrl: 'https://api.example.com/?key=x' }, /gatewayUrl: is not an http/],
    [{ gatewayUrl: 'https://api.example.com/#x' }, /gatewayUrl: is not an http/],
    [{ gatewayHost: 'localhost' }, /gatewayHost: is not an address/],
    [{ gatewayHost: '127.0.0.1:80' }, /gatewayHost: is not an address/],
    [{ gatewayTls: { certFile: 'cert.pem' } }, /gatewayTls\.keyFile/],
    [{ gatewayTls: { certFile: '', keyFile: 'key.pem' } }, /gatewayTls\.certFile/],
    [{ clientAddressHeader: 'no header' }, /clientAddressHeader: is not the name/],
    [{ clientAddressHeader: 'x-forwarded-for\r\nhost' }, /clientAddressHeader: is not the name/],
    [{ singleSignOn: { issuer: 'https://id.example.com' } }, /singleSignOn\.clientId/],
    [
      { singleSignOn: { issuer: 'https://id.example.com', clientId: 'a' } },
      /singleSignOn\.clientSecret: the environment variable STAGEDOOR_SSO_CLIENT_SECRET is not set/,
    ],
    [
      { singleSignOn: { issuer: 'http://id.example.com', clientId: 'a', clientSecret: 'b' } },
      /singleSignOn\.issuer: needs https/,
    ],
    [
      { singleSignOn: { issuer: 'https://id.example.com', clientId: 'a', clientSecret: { env: 'GONE' } } },
      /singleSignOn\.clientSecret: the environment variable GONE is not set/,
    ],
  ])('refuse %j and name the place', (members, message) => {
    expect(problemsOf(read({}, withMembers(members))).join('\n')).toMatch(message)
  })

  it.each([
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:4000/', 'http://localhost:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
    ['https://connect.example.com:443', 'https://connect.example.com'],
    ['https://connect.example.com:8443/', 'https://connect.example.com:8443'],
  ])('take %s as the origin %s', (given, origin) => {
    const result = read({ STAGEDOOR_CONSOLE_URL: given })
    expect(result.ok && result.config.consoleUrl).toBe(origin)
  })

  it('take a colour with just enough contrast', () => {
    expect(read({}, withMembers({ brand: { color: '#767676' } })).ok).toBe(true)
  })

  it('take the secret of single sign-on from its own variable first', () => {
    const singleSignOn = { issuer: 'https://id.example.com', clientId: 'door' }
    const own = { STAGEDOOR_SSO_CLIENT_SECRET: 'of-its-own' }
    for (const clientSecret of [undefined, { env: 'GONE' }]) {
      const result = read(own, withMembers({ singleSignOn: { ...singleSignOn, clientSecret } }))
      expect(result.ok && result.config.singleSignOn?.clientSecret).toBe('of-its-own')
    }
    expect(problemsOf(read(own))).toEqual([
      expect.stringMatching(/singleSignOn: is not there, but STAGEDOOR_SSO_CLIENT_SECRET is set/),
    ])
  })

  it('are all reported at once', () => {
    const members = {
      brand: { name: '', color: '#ffffff' },
      singleSignOn: { issuer: 'http://id.example.com' },
    }
    const env = {
      STAGEDOOR_CONSOLE_URL: 'http://connect.example.com',
      STAGEDOOR_GATEWAY_URL: 'api.example.com',
      STAGEDOOR_CLIENT_ADDRESS_HEADER: 'a b',
      STAGEDOOR_SECRET: 'short',
      STAGEDOOR_SSO_CLIENT_SECRET: '',
    }
    const problems = problemsOf(read(env, withMembers(members)))
    const places = problems.map((problem) => /(\S+): (?=has|is|needs|Too|Invalid)/.exec(problem)?.[1])
    const named = ['brand.color', 'brand.name', 'singleSignOn.clientId', 'singleSignOn.issuer']
    expect(new Set(places)).toEqual(new Set([...Object.keys(env), ...named]))
    expect(places).toHaveLength(9)
  })

  it('never repeat a secret', () => {
    const env = {
      STAGEDOOR_SECRET: 'too-short',
      STAGEDOOR_MANAGEMENT_TOKEN: 'spaces in it',
      STAGEDOOR_GATEWAY_URL: 'https://door:hunter2@api.example.com',
      STAGEDOOR_SSO_CLIENT_SECRET: 'of-its-own',
    }
    const singleSignOn = { issuer: 'ftp://id', clientId: 'door', clientSecret: 'in-the-file' }
    const problems = problemsOf(read(env, withMembers({ singleSignOn })))
    expect(problems).toHaveLength(4)
    expect(problems.join('\n')).not.toMatch(/too-short|spaces in it|hunter2|of-its-own|in-the-file/)
    const slip = withMembers({ singleSignOn }).replace('"in-the-file"', 'in-the-file')
    expect(problemsOf(read({}, slip))).toEqual([expect.stringMatching(/not JSON: [^-]*$/)])
  })
})

describe('docs/stagedoor.config.schema.json', () => {
  it('is what the schema of the program says (npm run generate)', () => {
    expect(readFileSync(resolve(ROOT, 'docs/stagedoor.config.schema.json'), 'utf8')).toBe(configSchema())
  })
})
