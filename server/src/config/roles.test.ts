import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

const TOKEN = 'node-token-of-at-least-32-characters'
const FILE = {
  catalogs: { events: { document: 'events.yaml', mount: '/events' } },
  resourceServers: [{ id: 'reports', secret: { env: 'REPORTS_SECRET' } }],
  tenants: [
    {
      id: 'tnt_one',
      name: 'One',
      edition: 'enterprise',
      upstreams: {
        events: {
          baseUrl: 'https://api.example.com',
          signIn: { kind: 'header', name: 'x-key', value: { env: 'UPSTREAM_KEY' } },
        },
      },
    },
  ],
}

function read(
  env: Readonly<Record<string, string>>,
  { role, file = FILE }: { role?: string; file?: object } = {},
) {
  return readConfig({ env, args: { role }, folder: '/somewhere', readText: () => JSON.stringify(file) })
}

function problems(...given: Parameters<typeof read>): readonly string[] {
  const result = read(...given)
  return result.ok ? [] : result.problems
}

describe('what each role needs', () => {
  test('a gateway needs a control plane and a node token, and neither the secrets of control planes nor the database', () => {
    const wanting = problems({ UPSTREAM_KEY: 'k' }, { role: 'gateway' })
    expect(wanting).toHaveLength(2)
    expect(wanting[0]).toMatch(/controlUrls: .*STAGEDOOR_CONTROL_URLS/)
    expect(wanting[1]).toMatch(/nodeTokens: .*STAGEDOOR_NODE_TOKEN/)
    const given = {
      UPSTREAM_KEY: 'k',
      STAGEDOOR_NODE_TOKEN: TOKEN,
      STAGEDOOR_CONTROL_URLS: 'https://one.example.com/, http://127.0.0.1:4000',
      STAGEDOOR_DATABASE_URL: 'postgres://u:secret@db/stagedoor',
    }
    const result = read(given, { role: 'gateway' })
    expect(result).toMatchObject({
      ok: true,
      config: {
        role: 'gateway',
        controlUrls: ['https://one.example.com', 'http://127.0.0.1:4000'],
        nodeTokens: [TOKEN],
        database: { url: undefined },
        resourceServers: [],
      },
    })
  })

  test('a control plane needs to know the address of the gateways, and no secret of an upstream', () => {
    const wanting = problems({ REPORTS_SECRET: 'r'.repeat(24) }, { role: 'control' })
    expect(wanting).toHaveLength(2)
    expect(wanting[0]).toMatch(/nodeTokens/)
    expect(wanting[1]).toMatch(/gatewayUrl: .*STAGEDOOR_GATEWAY_URL/)
    const given = {
      REPORTS_SECRET: 'r'.repeat(24),
      STAGEDOOR_NODE_TOKEN: `${TOKEN},${TOKEN}-before`,
      STAGEDOOR_GATEWAY_URL: 'https://connect.example.com',
    }
    const result = read(given, { role: 'control' })
    expect(result).toMatchObject({ ok: true, config: { nodeTokens: [TOKEN, `${TOKEN}-before`] } })
  })

  test('everything in one process is the default; the argument wins over the environment, and that over the file', () => {
    const env = { UPSTREAM_KEY: 'k', REPORTS_SECRET: 'r'.repeat(24) }
    expect(read(env)).toMatchObject({ ok: true, config: { role: 'all', receiptWaitMs: 5000 } })
    const file = { ...FILE, role: 'control' }
    expect(read({ ...env, STAGEDOOR_ROLE: 'all' }, { file })).toMatchObject({
      ok: true,
      config: { role: 'all' },
    })
    expect(problems({ ...env, STAGEDOOR_ROLE: 'all' }, { role: 'gateway' })).toHaveLength(2)
    expect(problems(env, { role: 'both' })[0]).toBe('--role: is none of all, control, gateway, not "both"')
  })

  test('only ports that the role uses have to differ', () => {
    const env = {
      UPSTREAM_KEY: 'k',
      STAGEDOOR_NODE_TOKEN: TOKEN,
      STAGEDOOR_CONTROL_URLS: 'http://localhost:4000',
    }
    expect(problems({ ...env, STAGEDOOR_GATEWAY_PORT: '4000' }, { role: 'gateway' })).toEqual([])
    expect(problems({ ...env, STAGEDOOR_METRICS_PORT: '4001' }, { role: 'gateway' })).toEqual([
      expect.stringContaining('gatewayPort, metricsPort must differ: 4001, 4001'),
    ])
  })

  test('only a gateway can be several processes, and each of them has a port for its figures', () => {
    const gateway = {
      UPSTREAM_KEY: 'k',
      STAGEDOOR_NODE_TOKEN: TOKEN,
      STAGEDOOR_CONTROL_URLS: 'http://localhost:4000',
      STAGEDOOR_GATEWAY_PROCESSES: '4',
    }
    expect(read(gateway, { role: 'gateway' })).toMatchObject({ ok: true, config: { gatewayProcesses: 4 } })
    expect(problems({ ...gateway, STAGEDOOR_METRICS_PORT: '3998' }, { role: 'gateway' })).toEqual([
      expect.stringMatching(
        /gatewayPort, metricsPort, metricsPort \+ 1, .* must differ: 4001, 3998, 3999, 4000, 4001$/,
      ),
    ])
    expect(problems({ ...gateway, STAGEDOOR_METRICS_PORT: '65533' }, { role: 'gateway' })).toEqual([
      expect.stringContaining('metricsPort: 4 processes need as many ports, up to 65535'),
    ])
    expect(problems({ ...gateway, STAGEDOOR_METRICS_PORT: '0' }, { role: 'gateway' })).toEqual([])

    const control = {
      REPORTS_SECRET: 'r'.repeat(24),
      STAGEDOOR_NODE_TOKEN: TOKEN,
      STAGEDOOR_GATEWAY_URL: 'http://localhost:4001',
    }
    expect(problems({ ...control, STAGEDOOR_GATEWAY_PROCESSES: '1' }, { role: 'control' })).toEqual([])
    for (const role of ['all', 'control']) {
      const env = { ...control, UPSTREAM_KEY: 'k', STAGEDOOR_GATEWAY_PROCESSES: '2' }
      expect(problems(env, { role })).toEqual([
        expect.stringMatching(
          /gatewayProcesses: .* one process.*--role gateway with STAGEDOOR_GATEWAY_PROCESSES=2$/,
        ),
      ])
    }
    for (const count of ['0', '65', '2.5', 'auto', '-1', '']) {
      const given = { ...gateway, STAGEDOOR_GATEWAY_PROCESSES: count }
      expect(problems(given, { role: 'gateway' })[0]).toMatch(/^STAGEDOOR_GATEWAY_PROCESSES: /)
    }
  })
})

describe('secrets of several processes', () => {
  const env = { UPSTREAM_KEY: 'k', REPORTS_SECRET: 'r'.repeat(24) }

  test('a database of several processes needs the secret that they share', () => {
    const url = 'postgres://stagedoor:hunter2hunter2@db.example.com/stagedoor'
    const [problem, ...more] = problems({ ...env, STAGEDOOR_DATABASE_URL: url })
    expect(problem).toMatch(/database\.url: needs STAGEDOOR_SECRET/)
    expect(more).toEqual([])
    const given = { ...env, STAGEDOOR_DATABASE_URL: url, STAGEDOOR_SECRET: 's'.repeat(32) }
    expect(read(given)).toMatchObject({ ok: true, config: { database: { url, poolMax: 10 } } })
  })

  test('an address that is none and a token that is too short are told without being shown', () => {
    const said = problems({
      ...env,
      STAGEDOOR_DATABASE_URL: 'mysql://stagedoor:hunter2hunter2@db/stagedoor',
      STAGEDOOR_NODE_TOKEN: 'short-canary',
      STAGEDOOR_SECRET: 's'.repeat(32),
    }).join('\n')
    expect(said).toMatch(/STAGEDOOR_DATABASE_URL: is no URL such as postgres:/)
    expect(said).toMatch(/STAGEDOOR_NODE_TOKEN: is not 32 or more/)
    expect(said).not.toMatch(/hunter2|canary/)
  })

  test('control planes are reached by https, but on this machine', () => {
    expect(
      problems(
        { ...env, STAGEDOOR_NODE_TOKEN: TOKEN, STAGEDOOR_CONTROL_URLS: 'http://control.example.com' },
        { role: 'gateway' },
      )[0],
    ).toMatch(/STAGEDOOR_CONTROL_URLS: needs https/)
  })

  test('a tenant says how long its gateways may be without a control plane', () => {
    const [tenant] = FILE.tenants
    const file = { ...FILE, tenants: [{ ...tenant, maxStaleMinutes: 0.05 }] }
    expect(read(env, { file })).toMatchObject({ ok: true, config: { tenants: [{ maxStaleMinutes: 0.05 }] } })
    expect(read(env)).toMatchObject({ ok: true, config: { tenants: [{ maxStaleMinutes: 15 }] } })
    const beyond = { ...FILE, tenants: [{ ...tenant, maxStaleMinutes: 1441 }] }
    expect(problems(env, { file: beyond })[0]).toMatch(/tenants\.0\.maxStaleMinutes/)
  })
})
