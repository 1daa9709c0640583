import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainConfig } from '../support/plain-config.ts'
import { sendRaw, statusOf } from '../support/raw.ts'
import { type Stagedoor, startStagedoor } from '../support/stagedoor.ts'

let door: Stagedoor
beforeAll(async () => {
  door = await startStagedoor({ config: plainConfig() })
})
afterAll(() => door.stop())

it.each(['/livez', '/oauth/token'])(
  '%s refuses a host that is none, and methods of other kinds',
  async (path) => {
    const ask = async (method: string, host: string): Promise<number> =>
      statusOf(await sendRaw(door.gatewayUrl, `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
    for (const host of ['[', 'a:b', 'a:99999', 'a%zz', '%00']) expect(await ask('GET', host), host).toBe(400)
    for (const method of ['TRACE', 'CONNECT', 'get']) expect(await ask(method, 'x'), method).toBe(405)
    expect(door.output()).not.toContain('a call broke')
  },
)
