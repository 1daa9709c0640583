import { describe, expect, it } from 'vitest'
import { createSandbox } from './app.ts'
import type { RecordedRequest } from './requests.ts'
import { DEVELOPMENT_SETTINGS } from './settings.ts'
import { type Client, createClient } from './testing/client.ts'

async function recorded({ call }: Client): Promise<readonly RecordedRequest[]> {
  return (await (await call('/sandbox/requests')).json()) as readonly RecordedRequest[]
}

describe('the sandbox', () => {
  it('is healthy', async () => {
    const response = await createClient().call('/sandbox/health')
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  })

  it.each(['/', '/nothing', '/enterprisex/api/v1/Events/10', '/elitist'])(
    'serves nothing at %s',
    async (path) => {
      const response = await createClient().call(path)
      expect([response.status, await response.json()]).toEqual([404, { message: expect.any(String) }])
    },
  )

  it('forgets with its app: two do not share a row', async () => {
    const one = createClient()
    const other = createClient()
    await one.enterprise('/Events/10/9001', { method: 'PUT', body: { Description: 'Mine' } })
    expect(await (await other.enterprise('/Events/10/9001')).json()).not.toMatchObject({
      Description: 'Mine',
    })
  })
})

describe('the list of requests', () => {
  it('says what arrived and with what kind of sign-in, and never shows it', async () => {
    const client = createClient()
    await client.enterprise('/Events/10/9001', { headers: { 'X-Trace': 'abc' } })
    await client.elite('/accounts')
    await client.call('/elite/v1/accounts?a=%41', { headers: { Authorization: 'Bearer sd_api_secret' } })
    await client.call('/enterprise/odata/', { headers: { Authorization: 'Basic c2VjcmV0' } })
    const list = await recorded(client)
    expect(list.map(({ method, path, authorizationKind }) => [method, path, authorizationKind])).toEqual([
      ['GET', '/enterprise/api/v1/Events/10/9001', 'jwt'],
      ['POST', '/elite/token', 'none'],
      ['GET', '/elite/v1/accounts', 'elite'],
      ['GET', '/elite/v1/accounts?a=%41', 'other'],
      ['GET', '/enterprise/odata/', 'other'],
    ])
    expect(list[0]).toMatchObject({
      headers: { authorization: '(present)', 'x-trace': 'abc' },
      at: new Date(client.clock.milliseconds).toISOString(),
    })
    expect(JSON.stringify(list)).not.toMatch(/sd_api_secret|c2VjcmV0|elite-sandbox-/)
  })

  it('prefers the raw target where the adapter knows it', async () => {
    const app = createSandbox({ now: () => 0, randomText: () => '', settings: DEVELOPMENT_SETTINGS })
    await app.request('/x', {}, { incoming: { url: '/enterprise/../x' } })
    expect(await (await app.request('/sandbox/requests')).json()).toMatchObject([
      { path: '/enterprise/../x' },
    ])
  })

  it('keeps the last thousand and can be cleared', async () => {
    const client = createClient()
    for (let index = 0; index < 1002; index++) await client.call(`/nothing/${index}`)
    const list = await recorded(client)
    expect([list.length, list[0]?.path]).toEqual([1000, '/nothing/2'])
    expect((await client.call('/sandbox/requests', { method: 'DELETE' })).status).toBe(204)
    expect(await recorded(client)).toEqual([])
  })
})
