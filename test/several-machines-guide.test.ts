import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import { makeMember } from './support/member.ts'
import { ROOT, temporaryFolder } from './support/stagedoor.ts'
import { unusedPort } from './support/unused-port.ts'

// Follows docs/guides/several-machines.md on one machine: its variables and its commands as they stand, with this test's ports.

const guide = readFileSync(join(ROOT, 'docs/guides/several-machines.md'), 'utf8')
const shell = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text)
const folders = [temporaryFolder(), temporaryFolder()] as const
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!HAS_CURL)('the guide', () => {
  it('starts a control plane and a gateway, and the gateway goes on alone', async () => {
    const [consolePort, gatewayPort] = [await unusedPort(), await unusedPort()]
    const here = (text: string): string =>
      text
        .replaceAll('127.0.0.1:4000', `127.0.0.1:${consolePort}`)
        .replaceAll('127.0.0.1:4001', `127.0.0.1:${gatewayPort}`)
    const config = JSON.parse(
      readFileSync(join(ROOT, 'stagedoor.config.json'), 'utf8').replaceAll(
        '"catalogs/',
        `"${ROOT}/catalogs/`,
      ),
    )
    const make = async (role: 'control' | 'gateway', folder: string) => {
      const text = shell.find((each) => each.includes(`npm start -- --role ${role}`)) ?? ''
      const exported = Object.fromEntries(
        [...here(text).matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
      )
      const port = role === 'control' ? consolePort : gatewayPort
      const env = {
        ...exported,
        STAGEDOOR_ROLE: role,
        [role === 'control' ? 'STAGEDOOR_CONSOLE_PORT' : 'STAGEDOOR_GATEWAY_PORT']: String(port),
      }
      return makeMember({ name: role, folder, port, metricsPort: await unusedPort(), config, env })
    }
    const control = await make('control', folders[0])
    const gateway = await make('gateway', folders[1])
    try {
      await control.start()
      await gateway.start()
      const paste = here(shell.find((each) => each.includes('ADMIN=')) ?? '')
      const { stdout } = await promisify(execFile)('bash', ['-c', paste], { cwd: folders[0] })
      const added = JSON.parse(stdout.split('\n', 1)[0] ?? '')
      expect(added).toMatchObject({ receipt: { gateways: 1, confirmed: 1, pending: [] } })
      expect(stdout).toMatch(/^HTTP\/1\.1 200 /m)
      expect(stdout).toMatch(/"active":false.*"receipt":\{"gateways":1,"confirmed":1,/)
      const token: string = added.secrets.apiToken
      const status = async (): Promise<number> => {
        const url = `${gateway.url}/enterprise/connect/api/Events/10?search=All`
        return (await fetch(url, { headers: { apitoken: token } })).status
      }
      expect(await status()).toBe(401)
      await control.stop()
      expect(await status()).toBe(401)
      await gateway.stop()
      await gateway.start()
      expect(await status()).toBe(401)
    } finally {
      await gateway.kill9()
      await control.kill9()
    }
  })
})
