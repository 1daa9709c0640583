import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { ended, spawnStagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'

const folders: string[] = []
function newFolder(): string {
  const folder = temporaryFolder()
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('the greeting', () => {
  it.skipIf(!HAS_CURL)('has three lines that work as pasted: create, allowed, refused', async () => {
    const door = await startStagedoor()
    const lines = door
      .output()
      .split('\n')
      .filter((line) => /^(?:CREATED=|curl )/.test(line))
    expect(lines).toHaveLength(3)
    const pasted = spawnSync('bash', ['-c', lines.join('\necho; echo ----\n')], { encoding: 'utf8' })
    const [created, allowed, refused] = pasted.stdout.split('----\n')
    expect(created).toMatch(/"apiToken":"sd_api_\w{38}"/)
    expect(allowed).toMatch(/^HTTP\/1\.1 200 /)
    expect(allowed).toContain('"EventID"')
    expect(refused).toMatch(/^HTTP\/1\.1 403 /)
    expect(refused).toContain('"code":"endpoint_not_allowed"')
    expect(refused).toContain('GetEvent')
    await door.stop()
  })

  it('shows the management token at the first start only, and it works at the second', async () => {
    const folder = newFolder()
    const first = await startStagedoor({ folder })
    expect(first.output()).toContain('shown this once')
    await first.stop()
    const second = await startStagedoor({ folder })
    expect(second.output()).not.toContain('sd_mgt_')
    expect((await second.admin('GET', '/api/v1/tenants')).status).toBe(200)
    await second.stop()
  })
})

async function startAndFail(options: Parameters<typeof spawnStagedoor>[1]): Promise<string> {
  const { child, output } = spawnStagedoor(newFolder(), options)
  expect(await ended(child)).toBe(1)
  expect(output()).toContain('Stagedoor does not start')
  expect(output()).not.toContain('Stagedoor is open')
  return output()
}

describe('a wrong setting names itself, and nothing listens', () => {
  it.each([
    ['STAGEDOOR_CONSOLE_PORT', 'eighty'],
    ['STAGEDOOR_GATEWAY_PORT', '70000'],
    ['STAGEDOOR_SANDBOX_PORT', '-1'],
    ['STAGEDOOR_DATA', ''],
    ['STAGEDOOR_CONSOL_PORT', '4000'],
    ['STAGEDOOR_CONFIG', '/nowhere/stagedoor.config.json'],
  ])('%s=%s', async (name, value) => {
    expect(await startAndFail({ env: { [name]: value } })).toContain(name)
  })

  it('says so without repeating it where it is a secret', async () => {
    const output = await startAndFail({ env: { STAGEDOOR_MANAGEMENT_TOKEN: 'with space' } })
    expect(output).toContain('STAGEDOOR_MANAGEMENT_TOKEN')
    expect(output).not.toContain('with space')
  })

  it('reports every problem at once', async () => {
    const output = await startAndFail({ env: { STAGEDOOR_CONSOLE_PORT: 'a', STAGEDOOR_GATEWAY_PORT: 'b' } })
    expect(output).toContain('STAGEDOOR_CONSOLE_PORT')
    expect(output).toContain('STAGEDOOR_GATEWAY_PORT')
  })

  it('names the place in the file', async () => {
    const config = plainConfig({
      enterprise: { baseUrl: 'ftp://example.org' },
      nothing: { baseUrl: 'http://example.org' },
    })
    expect(await startAndFail({ config })).toContain('tenants.0.upstreams.enterprise.baseUrl')
    const unknown = plainConfig({ nothing: { baseUrl: 'http://example.org' } })
    expect(await startAndFail({ config: unknown })).toContain('tenants.0.upstreams.nothing: no such catalog')
    expect(await startAndFail({ config: { ...plainConfig(), colour: 'red' } })).toContain('colour')
  })

  it('names the document and the place in it', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'x'))
    writeFileSync(join(folder, 'x', 'broken.yaml'), 'openapi: 3.1.0\npaths:\n  pets:\n    get: {}\n')
    const config = {
      catalogs: { pets: { document: join(folder, 'x', 'broken.yaml'), mount: '/pets' } },
      tenants: [
        {
          id: 'tnt_pets',
          name: 'Pets',
          edition: 'elite',
          upstreams: { pets: { baseUrl: 'http://127.0.0.1:9' } },
        },
      ],
    }
    const output = await startAndFail({ config })
    expect(output).toContain('broken.yaml')
    expect(output).toContain('/paths/pets')
  })

  it('names the port that another program uses', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const address: string | AddressInfo | null = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    for (const name of ['STAGEDOOR_CONSOLE_PORT', 'STAGEDOOR_GATEWAY_PORT', 'STAGEDOOR_SANDBOX_PORT']) {
      const output = await startAndFail({ env: { [name]: port } })
      expect(output).toContain(name)
      expect(output).toContain(port)
    }
    other.close()
  })

  it('does not turn a tenant with OAuth credentials into an Elite one', async () => {
    const folder = newFolder()
    const config = plainConfig()
    const first = await startStagedoor({ folder, config })
    const body = {
      title: 'OAuth',
      authenticationMethod: 'oauth',
      email: 'a@example.org',
      password: 'a password of enough length',
    }
    expect((await first.admin('POST', `${PLAIN}/credentials`, body)).status).toBe(201)
    await first.stop()
    const elite = JSON.parse(
      JSON.stringify(config).replace('"enterprise","upstreams"', '"elite","upstreams"'),
    )
    const { child, output } = spawnStagedoor(folder, { config: elite })
    expect(await ended(child)).toBe(1)
    expect(output()).toContain('tnt_plain is of the edition elite and holds 1 OAuth credentials')
  })

  it('lets a second process on one data directory know who holds it', async () => {
    const folder = newFolder()
    const first = await startStagedoor({ folder, config: plainConfig() })
    const { child, output } = spawnStagedoor(folder, { config: plainConfig() })
    expect(await ended(child)).toBe(1)
    expect(output()).toMatch(/process \d+/)
    await first.kill()
    const third = await startStagedoor({ folder, config: plainConfig() })
    await third.stop()
  })
})
