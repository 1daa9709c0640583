import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import { ROOT, type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { CREDENTIALS, createTokenClient, type TokenClient } from './support/token-client.ts'

// What the page promises to scanners holds for tokens of the running program.

const page = readFileSync(join(ROOT, 'docs/guides/secret-scanning.md'), 'utf8')
const expression = new RegExp(/```\n(\\bsd_.*)\n```/.exec(page)?.[1] ?? 'none', 'g')
const management = new RegExp(/`(\\bsd_mgt_[^`]*)`/.exec(page)?.[1] ?? 'none')
const python = /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
const example = /`(sd_api_[0-9A-Za-z]{38})`/.exec(page)?.[1] ?? ''

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor()
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

async function tokens(): Promise<readonly string[]> {
  const { accessToken, refreshToken } = await client.add()
  const { json } = await door.admin('POST', CREDENTIALS, {
    title: `Scanned ${accessToken.slice(-6)}`,
    authenticationMethod: 'api_token',
  })
  return [accessToken, refreshToken, json.secrets.apiToken]
}

async function isToken(texts: readonly string[]): Promise<readonly boolean[]> {
  const program = `${python}\nimport json, sys\nprint(json.dumps([is_token(text) for text in json.load(sys.stdin)]))`
  const running = promisify(execFile)('python3', ['-c', program])
  running.child.stdin?.end(JSON.stringify(texts))
  return JSON.parse((await running).stdout)
}

describe('docs/guides/secret-scanning.md', () => {
  it('has an expression that finds every token in text, whole, and no id', async () => {
    const secrets = await tokens()
    const text = secrets.map((secret) => `key="${secret}", id=tok_0123456789abcdef01234567;`).join('\n')
    expect(text.match(expression)).toEqual(secrets)
    expect('sd_api_tooshort sd_xyz_07ELSZgnu18FMTahov29GNUbipw3AHOV4VTjVs'.match(expression)).toBe(null)
    expect(management.exec(`token ${door.token}.`)?.[0]).toBe(door.token)
  })

  it('has a checksum that tells tokens from what looks like one', async () => {
    const secrets = await tokens()
    const changed = secrets.map((secret) => secret.slice(0, -1) + (secret.endsWith('a') ? 'b' : 'a'))
    expect(await isToken([...secrets, example])).toEqual([true, true, true, true])
    expect(await isToken([...changed, 'sd_api_', ''])).toEqual([false, false, false, false, false])
  })

  it.skipIf(!HAS_CURL)('has a line that ends a token that was found', async () => {
    const [accessToken = ''] = await tokens()
    const line = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    expect(await client.works(accessToken)).toBe(true)
    await promisify(execFile)('bash', ['-c', line.replace('http://127.0.0.1:4001', door.gatewayUrl)], {
      env: { PATH: process.env['PATH'], FOUND_TOKEN: accessToken },
    })
    expect(await client.works(accessToken)).toBe(false)
  })
})
