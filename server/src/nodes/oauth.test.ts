import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startControlPlane, type TestControlPlane } from './test/control-plane.ts'

let control: TestControlPlane
beforeEach(async () => {
  control = await startControlPlane()
})
afterEach(async () => {
  await control.close()
})

describe('what callers ask the OAuth endpoints at a gateway', () => {
  const headers = {
    'stagedoor-caller-address': '192.0.2.7',
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'Basic YTpi',
  }

  it('is handed on with their address and without the token of the gateway', async () => {
    const answer = await control.ask('oauth/oauth/token?x=1', {
      method: 'POST',
      body: 'grant_type=a',
      headers,
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({ echo: 'grant_type=a' })
    expect(answer.headers.get('x-request-id')).toBe('req_oauth')
    const [{ request, address } = { request: undefined, address: undefined }] = control.relayed
    expect(address).toBe('192.0.2.7')
    const { pathname, search } = new URL(request?.url ?? '')
    expect([request?.method, pathname, search]).toEqual(['POST', '/oauth/token', '?x=1'])
    expect(request?.headers.get('authorization')).toBe('Basic YTpi')
    expect(request?.headers.get('stagedoor-node-token')).toBeNull()
    expect(request?.headers.get('stagedoor-caller-address')).toBeNull()
    expect((await control.ask('oauth/.well-known/oauth-authorization-server', { headers })).status).toBe(401)
    expect(control.relayed).toHaveLength(2)
  })

  it('is only what is theirs', async () => {
    for (const path of [
      'oauth/api/v1/tenants',
      'oauth/oauth/token/',
      'oauth/oauth%2Ftoken',
      'oauth/',
      'oauth/oauth',
    ]) {
      const answer = await control.ask(path, { method: 'POST', headers })
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'not_found' })
    }
    expect(control.relayed).toEqual([])
  })

  it.each(['', 'somebody', '192.0.2.7, 192.0.2.8'])(
    'is not handed on without an address: %s',
    async (address) => {
      const answer = await control.ask('oauth/oauth/token', {
        method: 'POST',
        headers: { ...headers, 'stagedoor-caller-address': address },
      })
      expect(answer.status).toBe(400)
      expect(control.relayed).toEqual([])
    },
  )

  it('is at most so long', async () => {
    const body = 'x'.repeat(1024 * 1024 + 1)
    expect((await control.ask('oauth/oauth/token', { method: 'POST', body, headers })).status).toBe(413)
    expect(control.relayed).toEqual([])
  })
})
