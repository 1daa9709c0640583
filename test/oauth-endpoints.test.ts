import { request as rawRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedConfig } from './support/shipped-config.ts'
import { type Answer, type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'
import { storedBytes } from './support/stored-bytes.ts'
import {
  basic,
  CREDENTIALS,
  createTokenClient,
  EMAIL,
  expectError,
  PASSWORD,
  type TokenClient,
} from './support/token-client.ts'

// Revocation, introspection and metadata. Names begin with the rule that they test.

const RESOURCE_SERVER = { id: 'reports', secret: 'secret-of-the-reports-server' }

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor({ config: { ...shippedConfig(), resourceServers: [RESOURCE_SERVER] } })
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

describe('POST /oauth/revoke', () => {
  it('OA-15: ends a token for who holds it, a refresh token with its family; unknown ones look the same', async () => {
    const { accessToken, refreshToken } = await client.add()
    const unknown = await client.ask('/oauth/revoke', { token: 'sd_acc_unknown' })
    expect([unknown.status, unknown.text]).toEqual([200, '{}'])
    const hinted = await client.ask('/oauth/revoke', { token: accessToken, token_type_hint: 'refresh_token' })
    expect([hinted.status, hinted.text]).toEqual([200, '{}'])
    expect(await client.works(accessToken)).toBe(false)
    const next = (await client.refresh(refreshToken)).json
    await client.ask('/oauth/revoke', { token: next.refresh_token })
    expect(await client.works(next.access_token)).toBe(false)
    expectError(await client.refresh(next.refresh_token), 400, 'invalid_grant')
    expectError(await client.ask('/oauth/revoke', {}), 400, 'invalid_request')
  })

  it('ends a leaked API token without anybody signing in', async () => {
    const { json } = await door.admin('POST', CREDENTIALS, {
      title: 'Leaked',
      authenticationMethod: 'api_token',
    })
    const { apiToken } = json.secrets
    expect(await client.works(apiToken)).toBe(true)
    expect((await client.ask('/oauth/revoke', { token: apiToken })).status).toBe(200)
    expect(await client.works(apiToken)).toBe(false)
  })

  it('does nothing to a token of another for a client that signs in, and nothing for one that cannot', async () => {
    const a = await client.add()
    const b = await client.add()
    expect((await client.ask('/oauth/revoke', { token: a.accessToken }, basic(b.id, PASSWORD))).status).toBe(
      200,
    )
    expect(await client.works(a.accessToken)).toBe(true)
    const wrong = await client.ask(
      '/oauth/revoke',
      { token: a.accessToken },
      basic(a.id, 'wrong but long enough'),
    )
    expectError(wrong, 401, 'invalid_client')
    expect(await client.works(a.accessToken)).toBe(true)
  })
})

describe('POST /oauth/introspect', () => {
  const asServer = basic(RESOURCE_SERVER.id, RESOURCE_SERVER.secret)

  it('OA-16: answers registered resource servers, and a credential about its own tokens', async () => {
    const a = await client.add()
    const b = await client.add()
    const about = async (token: string, headers: Readonly<Record<string, string>>): Promise<Answer> =>
      await client.ask('/oauth/introspect', { token }, headers)
    const full = await about(a.accessToken, asServer)
    expect(full.json).toEqual({
      active: true,
      client_id: a.id,
      sub: a.id,
      tenant_id: 'tnt_harbourview',
      token_type: 'Bearer',
      iss: door.gatewayUrl,
      iat: expect.any(Number),
      exp: expect.any(Number),
    })
    expect((await about(a.accessToken, basic(a.id, PASSWORD))).json.active).toBe(true)
    for (const answer of [
      await about(a.accessToken, basic(b.id, PASSWORD)),
      await about('sd_acc_unknown', asServer),
      await about('x', asServer),
    ])
      expect(answer.text).toBe('{"active":false}')
    expectError(await about(a.accessToken, {}), 401, 'invalid_client')
    expectError(
      await about(a.accessToken, basic(RESOURCE_SERVER.id, 'wrong but long enough')),
      401,
      'invalid_client',
    )
    await client.setActive(a.id, false)
    expect((await about(a.accessToken, asServer)).text).toBe('{"active":false}')
    await client.setActive(a.id, true)
    const next = (await client.refresh(a.refreshToken)).json
    expect((await about(a.refreshToken, asServer)).text, 'exchanged').toBe('{"active":false}')
    expect((await about(next.refresh_token, asServer)).text, 'of no use there').toBe('{"active":false}')
    expect((await about(next.refresh_token, basic(a.id, PASSWORD))).json.active).toBe(true)
    await client.ask('/oauth/revoke', { token: next.refresh_token })
    for (const token of [next.refresh_token, next.access_token])
      expect((await about(token, asServer)).text).toBe('{"active":false}')
  })
})

describe('OA-05: the secret of a resource server', () => {
  it('is not tried out without end, and from elsewhere the server goes on', async () => {
    const config = { ...shippedConfig(), resourceServers: [RESOURCE_SERVER], clientAddressHeader: 'x-client' }
    const other = await startStagedoor({ config })
    const ask = async (secret: string, address: string): Promise<number> => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-client': address,
        ...basic(RESOURCE_SERVER.id, secret),
      }
      return (await other.call('/oauth/introspect', { method: 'POST', headers, body: 'token=x' })).status
    }
    const statuses: number[] = []
    // A slow machine lets the first waits go by; they double until one holds.
    for (let round = 0; round < 16 && statuses.at(-1) !== 429; round += 1)
      statuses.push(await ask(`wrong ${round} but long enough`, '203.0.113.5'))
    expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true)
    expect(statuses.at(-1)).toBe(429)
    expect(await ask(RESOURCE_SERVER.secret, '203.0.113.5'), 'right, but too soon').toBe(429)
    expect(await ask(RESOURCE_SERVER.secret, '198.51.100.7')).toBe(200)
    await other.stop()
  })
})

describe('the metadata', () => {
  it('OA-17: names the endpoints and the grants, by the configured address and never by Host', async () => {
    const answer = await new Promise<{ status: number | undefined; text: string }>((done) => {
      const { port } = new URL(door.gatewayUrl)
      rawRequest(
        { port, path: '/.well-known/oauth-authorization-server', headers: { host: 'evil.example' } },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () => done({ status: response.statusCode, text }))
        },
      ).end()
    })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toEqual({
      issuer: door.gatewayUrl,
      token_endpoint: `${door.gatewayUrl}/oauth/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      grant_types_supported: ['refresh_token', 'client_credentials'],
      revocation_endpoint: `${door.gatewayUrl}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint: `${door.gatewayUrl}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    })
    expect((await door.call('/.well-known/oauth-authorization-server', { method: 'POST' })).status).toBe(405)
  })

  it('OA-10: has no authorization endpoint, and nothing else beside it', async () => {
    for (const path of [
      '/oauth/authorize',
      '/oauth',
      '/oauth/token/',
      '/OAUTH/TOKEN',
      '/.well-known/openid-configuration',
    ])
      expect((await door.call(path, { method: 'POST' })).headers.get('content-type')).toBe(
        'application/problem+json',
      )
  })
})

describe('nothing of a secret', () => {
  it('OA-09: is in the log or in what is stored', async () => {
    const folder = temporaryFolder()
    const other = await startStagedoor({ folder })
    const { json } = await other.admin('POST', CREDENTIALS, {
      title: 'C',
      authenticationMethod: 'oauth',
      email: EMAIL,
      password: PASSWORD,
    })
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: json.secrets.refreshToken.value,
    }).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...basic(json.credential.id, PASSWORD),
    }
    const next = await other.call('/oauth/token', { method: 'POST', headers, body })
    expect(next.status).toBe(200)
    await other.call('/oauth/token', {
      method: 'POST',
      headers: { ...headers, ...basic(EMAIL, 'canary-wrong-password') },
      body: 'grant_type=client_credentials',
    })
    await other.stop()
    const stored = storedBytes(other.dataDirectory)
    expect(stored).toContain(json.credential.id)
    for (const secret of [
      json.secrets.refreshToken.value,
      next.json.access_token,
      next.json.refresh_token,
      PASSWORD,
      'canary-wrong-password',
    ]) {
      expect(stored).not.toContain(secret)
      expect(other.output()).not.toContain(secret)
    }
  })
})
