import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Cookie } from './support/browser.ts'
import { firstOperator, PASSWORD, signIn } from './support/operators.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'

// What the whole program adds to signing in: addresses, the server's secret, and which tokens count.

const EMAIL = 'ada@example.com'

async function signInFrom(
  door: Stagedoor,
  headers: Readonly<Record<string, string>>,
): Promise<readonly Cookie[]> {
  const answer = await fetch(`${door.adminUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      ...headers,
      origin: door.adminUrl,
      'x-stagedoor-console': '1',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  return answer.headers.getSetCookie().map((line) => {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
    return { name, value }
  })
}

async function ask(door: Stagedoor, path: string, cookies: readonly Cookie[]): Promise<Response> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return await fetch(door.adminUrl + path, { headers: { cookie } })
}

async function ownAddress(door: Stagedoor, cookies: readonly Cookie[]): Promise<string> {
  const answer = await ask(door, '/api/v1/me/sessions', cookies)
  const { items } = (await answer.json()) as { items: { current: boolean; ipAddress: string }[] }
  return items.find(({ current }) => current)?.ipAddress ?? ''
}

describe('the address of who signs in', () => {
  const forged = {
    'x-stagedoor-client-address': '198.51.100.9',
    'x-forwarded-for': '198.51.100.9, 203.0.113.7',
  }

  it('is the other end of the socket, whatever a caller says', async () => {
    const door = await startStagedoor()
    await firstOperator(door, EMAIL)
    expect(await ownAddress(door, await signInFrom(door, forged))).toBe('127.0.0.1')
    await door.stop()
  })

  it('is what the trusted proxy says, where there is one: the last address of its header', async () => {
    const door = await startStagedoor({ env: { STAGEDOOR_CLIENT_ADDRESS_HEADER: 'X-Forwarded-For' } })
    await firstOperator(door, EMAIL)
    expect(await ownAddress(door, await signInFrom(door, forged))).toBe('203.0.113.7')
    const odd = { 'x-forwarded-for': '203.0.113.7, not an address' }
    expect(await ownAddress(door, await signInFrom(door, odd))).toBe('127.0.0.1')
    await door.stop()
  })
})

describe("the server's secret", () => {
  it('is in a file of its own that only this account reads; sessions need it, and outlive a restart with it', async () => {
    const folder = temporaryFolder()
    const first = await startStagedoor({ folder })
    await firstOperator(first, EMAIL)
    const { cookies } = await signIn(first, EMAIL)
    const path = join(first.dataDirectory, 'server-secret')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await first.stop()
    const second = await startStagedoor({ folder })
    expect(second.welcomeUrl, 'there is an operator').toBe('')
    expect((await ask(second, '/api/v1/me', cookies)).status).toBe(200)
    await second.stop()
    // The database alone, in other hands, signs nobody in.
    rmSync(path)
    const third = await startStagedoor({ folder })
    expect((await ask(third, '/api/v1/me', cookies)).status).toBe(401)
    await third.stop()
    rmSync(folder, { recursive: true })
  })

  it('can be given, and is never shown', async () => {
    const secret = 'canary-secret-of-the-settings-0123456789'
    const door = await startStagedoor({ env: { STAGEDOOR_SECRET: secret } })
    await firstOperator(door, EMAIL)
    expect(() => statSync(join(door.dataDirectory, 'server-secret'))).toThrow('ENOENT')
    expect(door.output()).not.toContain(secret)
    await door.stop()
  })
})

describe('a management token of the settings', () => {
  it('stands in for the one of the first start, as long as it is there', async () => {
    const folder = temporaryFolder()
    const first = await startStagedoor({ folder })
    const { token } = first
    await first.stop()
    const second = await startStagedoor({
      folder,
      env: { STAGEDOOR_MANAGEMENT_TOKEN: 'one-of-the-settings' },
    })
    expect((await second.admin('GET', '/api/v1/tenants')).status).toBe(200)
    const old = { authorization: `Bearer ${token}` }
    expect((await second.admin('GET', '/api/v1/tenants', undefined, old)).status).toBe(401)
    await second.stop()
    const third = await startStagedoor({ folder })
    expect((await third.admin('GET', '/api/v1/tenants', undefined, old)).status).toBe(200)
    await third.stop()
    rmSync(folder, { recursive: true })
  })
})
