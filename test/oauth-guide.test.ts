import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import { ROOT, startStagedoor } from './support/stagedoor.ts'
import { createTokenClient, PASSWORD } from './support/token-client.ts'

const guide = readFileSync(join(ROOT, 'docs/guides/oauth.md'), 'utf8')
const shell = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')

describe.skipIf(!HAS_CURL)('docs/guides/oauth.md', () => {
  it('does what it says, line by line', async () => {
    const door = await startStagedoor()
    const client = createTokenClient(door)
    const { id, accessToken, refreshToken } = await client.add()
    const paste = async (text: string, env: Readonly<Record<string, string>> = {}): Promise<any> => {
      const line = text.replaceAll('http://127.0.0.1:4001', door.gatewayUrl)
      const all = { PATH: process.env['PATH'], CREDENTIAL_ID: id, PASSWORD, ...env }
      const { stdout } = await promisify(execFile)('bash', ['-c', line], { env: all })
      return JSON.parse(stdout)
    }
    const [metadata = '', refresh = '', signIn = '', revoke = '', introspect = '', ...more] = shell
    expect(more).toEqual([])
    expect((await paste(metadata)).token_endpoint).toBe(`${door.gatewayUrl}/oauth/token`)
    const next = await paste(refresh, { REFRESH_TOKEN: refreshToken })
    expect(await client.works(next.access_token)).toBe(true)
    expect(await client.works((await paste(signIn)).access_token)).toBe(true)
    expect((await paste(introspect, { ACCESS_TOKEN: accessToken })).active).toBe(true)
    expect(await paste(revoke, { ACCESS_TOKEN: accessToken })).toEqual({})
    expect(await paste(introspect, { ACCESS_TOKEN: accessToken })).toEqual({ active: false })
    await door.stop()
  })
})
