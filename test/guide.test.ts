import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import { ROOT, type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'
import { startUpstream, type TestUpstream } from './support/upstream.ts'

// Follows docs/guides/your-own-api.md: its files as they stand, its commands as pasted, with this test's ports.

const guide = readFileSync(join(ROOT, 'docs/guides/your-own-api.md'), 'utf8')
const block = (language: string, index = 0): string =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))][index]?.[1] ?? ''

const folder = temporaryFolder()
const token = 'choose-something-long-and-secret'
let upstream: TestUpstream
let door: Stagedoor

beforeAll(async () => {
  upstream = await startUpstream()
  writeFileSync(join(folder, 'petshop.yaml'), block('yaml'))
  writeFileSync(join(folder, 'petshop.csdl.xml'), block('xml'))
  const config = JSON.parse(block('json').replaceAll('http://127.0.0.1:8080', upstream.url))
  door = await startStagedoor({
    folder,
    config,
    env: { STAGEDOOR_MANAGEMENT_TOKEN: token, PETSHOP_KEY: 'the-shop-key' },
  })
})
afterAll(async () => {
  await door.stop()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Pastes a block of shell into a terminal. Not synchronously: the upstream of this test lives in this process. */
async function paste(index: number): Promise<string> {
  const lines = block('sh', index)
    .replaceAll('http://127.0.0.1:4000', door.adminUrl)
    .replaceAll('http://127.0.0.1:4001', door.gatewayUrl)
  const { stdout } = await promisify(execFile)('bash', ['-c', lines], {
    cwd: folder,
    env: { PATH: process.env['PATH'], STAGEDOOR_MANAGEMENT_TOKEN: token },
  })
  return stdout
}

describe.skipIf(!HAS_CURL)('the guide', () => {
  it('lists the endpoints of the description', async () => {
    const { items } = JSON.parse(await paste(1))
    expect(
      items.map(({ id, effect }: { id: string; effect: string }) => `${id} ${effect}`).toSorted(),
    ).toEqual([
      'petshop-odata:DELETE:/Owners write',
      'petshop-odata:DELETE:/Pets write',
      'petshop-odata:GET:/Owners read',
      'petshop-odata:GET:/Pets read',
      'petshop-odata:PATCH:/Owners write',
      'petshop-odata:PATCH:/Pets write',
      'petshop-odata:POST:/Owners write',
      'petshop-odata:POST:/Pets write',
      'petshop:GET:/pets read',
      'petshop:GET:/pets/{} read',
      'petshop:POST:/pets write',
      'petshop:POST:/pets/search read',
    ])
  })

  it('allows what the credential may call, signed in by the gateway', async () => {
    await paste(2)
    expect(readFileSync(join(folder, 'window-display.token'), 'utf8')).toMatch(/^sd_api_\w{38}\n?$/)
    expect(await paste(3)).toMatch(/^HTTP\/1\.1 200 /)
    expect(upstream.received).toHaveLength(1)
    expect(upstream.received[0]).toMatchObject({
      method: 'GET',
      url: '/v1/pets/7',
      headers: { 'x-api-key': 'the-shop-key' },
    })
    expect(JSON.stringify(upstream.received)).not.toContain('sd_api_')
  })

  it('refuses everything else and says what is missing', async () => {
    const answer = await paste(4)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toContain('endpoint_not_allowed')
    expect(answer).toContain('addPet')
    expect(upstream.received).toHaveLength(1)
  })

  it('does the same for OData', async () => {
    expect(await paste(5)).toMatch(/^HTTP\/1\.1 200 /)
    expect(upstream.received.at(-1)?.url).toBe('/odata/Pets?$filter=ID%20gt%205&$top=10')
    const answer = await paste(6)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toContain('endpoint_not_allowed')
    expect(answer).toContain('GET Owners')
    expect(answer).toContain('$expand')
    expect(upstream.received).toHaveLength(2)
  })
})
