import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, statusOf } from './support/raw.ts'
import { shippedConfig } from './support/shipped-config.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import {
  basic,
  CREDENTIALS,
  createTokenClient,
  EVENTS,
  expectError,
  PASSWORD,
  type TokenClient,
} from './support/token-client.ts'

// Tokens at the gateway (RFC 6750) and what RFC 9700 asks of the whole. Names begin with the rule that they test.

const ACCOUNTS = '/enterprise/connect/api/Accounts/10?search=All'

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor({ config: { ...shippedConfig(), clientAddressHeader: 'x-client' } })
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

describe('a token in a call', () => {
  it('OA-11: comes in the header, in one of two ways; in a query or twice it is refused and not logged', async () => {
    const { accessToken } = await client.add()
    expect(await client.works(accessToken)).toBe(true)
    expect((await door.call(EVENTS, { headers: { apitoken: accessToken } })).status).toBe(200)
    const both = await door.call(EVENTS, { token: accessToken, headers: { apitoken: accessToken } })
    expect([both.status, both.json.code]).toEqual([400, 'token_presented_twice'])
    expect(both.headers.get('www-authenticate')).toContain('error="invalid_request"')
    const inQuery = await door.call(`${EVENTS}&access_token=${accessToken}`)
    expect([inQuery.status, inQuery.json.code]).toEqual([400, 'token_in_query'])
    expect(inQuery.text + door.output()).not.toContain(accessToken)
  })

  it('OA-12: is asked for without an error where none came, and refused with the right one where it fails', async () => {
    const challenge = async (path: string, token?: string): Promise<readonly [number, string | null]> => {
      const answer = await door.call(path, { ...(token !== undefined && { token }) })
      return [answer.status, answer.headers.get('www-authenticate')]
    }
    expect(await challenge(EVENTS)).toEqual([401, 'Bearer realm="Stagedoor"'])
    expect(await challenge(EVENTS, 'sd_acc_unknown')).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ])
    const narrow = await door.admin('POST', CREDENTIALS, {
      title: 'Narrow',
      authenticationMethod: 'api_token',
      allowedEndpoints: { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] },
    })
    const { apiToken } = narrow.json.secrets
    expect(await challenge(ACCOUNTS, apiToken)).toEqual([
      403,
      expect.stringContaining('error="insufficient_scope"'),
    ])
    expect((await challenge(EVENTS, apiToken))[0]).toBe(200)
  })

  it('OA-13: has an alphabet of its own, a scheme in any case, and one header', async () => {
    const { accessToken } = await client.add()
    expect(accessToken).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/)
    for (const scheme of ['bearer', 'BEARER', 'BeArEr'])
      expect(
        (await door.call(EVENTS, { headers: { authorization: `${scheme} ${accessToken}` } })).status,
      ).toBe(200)
    const twice = await sendRaw(
      door.gatewayUrl,
      [
        `GET ${EVENTS} HTTP/1.1`,
        'Host: x',
        `Authorization: Bearer ${accessToken}`,
        `Authorization: Bearer ${accessToken}`,
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    )
    expect(statusOf(twice)).toBe(400)
    for (const text of [`${accessToken}, Bearer ${accessToken}`, `${accessToken} x`, accessToken.slice(1)])
      expect((await door.call(EVENTS, { headers: { authorization: `Bearer ${text}` } })).status).not.toBe(200)
  })

  it('OA-14: opens answers that no shared cache keeps', async () => {
    const { accessToken } = await client.add()
    const answer = await door.call(EVENTS, { token: accessToken })
    expect(answer.headers.get('cache-control')).toMatch(/^(?:no-store|private)/)
    expect(answer.headers.get('vary')).toContain('authorization')
    const refused = await door.call(EVENTS)
    expect(refused.headers.get('cache-control')).toBe('no-store')
  })
})

describe('the whole', () => {
  it('OA-05: lets nobody try passwords without end, whether by address or by id', async () => {
    const credential = await client.add()
    const attempt = async (id: string, address: string): Promise<number> =>
      (
        await client.ask(
          '/oauth/token',
          { grant_type: 'client_credentials' },
          {
            ...basic(id, 'wrong but long enough'),
            'x-client': address,
          },
        )
      ).status
    const statuses: number[] = []
    // By turns: the two names of one client are one account.
    for (let round = 0; round < 4; round += 1) {
      statuses.push(await attempt(credential.id, '203.0.113.5'))
      statuses.push(await attempt(credential.email.toUpperCase(), '203.0.113.5'))
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6)
    expect(statuses.at(-1)).toBe(429)
    // Somewhere else nobody is locked out by that.
    const elsewhere = { ...basic(credential.id, PASSWORD), 'x-client': '198.51.100.7' }
    expect((await client.ask('/oauth/token', { grant_type: 'client_credentials' }, elsewhere)).status).toBe(
      200,
    )
  })

  it('OA-18: issues opaque tokens and no JWT', async () => {
    const { accessToken, refreshToken } = await client.add()
    for (const token of [accessToken, refreshToken]) {
      expect(token).toMatch(/^sd_(?:acc|ref)_[0-9A-Za-z]{38}$/)
      expect(token.split('.')).toHaveLength(1)
    }
    const jwt = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`
    expect((await door.call(EVENTS, { token: jwt })).status).toBe(401)
    expect((await door.call('/.well-known/oauth-authorization-server')).text).not.toContain('jwks')
  })

  it('OA-22: gives no more than the operator chose: narrowing counts at once, for tokens that are out too', async () => {
    const credential = await client.add()
    expect((await door.call(ACCOUNTS, { token: credential.accessToken })).status).toBe(200)
    const narrowed = await door.admin(
      'PUT',
      `${CREDENTIALS}/${credential.id}/allowed-endpoints`,
      { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] },
      { 'if-match': '*' },
    )
    expect(narrowed.status).toBe(200)
    expect((await door.call(ACCOUNTS, { token: credential.accessToken })).status).toBe(403)
    const { json } = await client.refresh(credential.refreshToken)
    expect((await door.call(ACCOUNTS, { token: json.access_token })).status).toBe(403)
    expect(await client.works(json.access_token)).toBe(true)
  })

  it('OA-23: takes nothing from headers that say who somebody is', async () => {
    const { accessToken } = await client.add()
    const other = await client.add()
    const answer = await door.call(EVENTS, {
      token: accessToken,
      headers: { 'x-stagedoor-credential': other.id, 'x-forwarded-user': other.id },
    })
    expect(answer.status).toBe(200)
    const without = await door.call(EVENTS, { headers: { 'x-stagedoor-credential': other.id } })
    expect(without.status).toBe(401)
  })

  it('OA-24: answers a POST with a secret by no redirect', async () => {
    const { id, refreshToken } = await client.add()
    const answers = [
      await client.refresh(refreshToken),
      await client.ask('/oauth/token', { grant_type: 'client_credentials' }, basic(id, PASSWORD)),
      await client.ask('/oauth/token/', { grant_type: 'client_credentials' }, basic(id, PASSWORD)),
      await client.ask('/oauth/revoke', { token: refreshToken }),
      await client.ask('/oauth/introspect', { token: refreshToken }, basic(id, PASSWORD)),
    ]
    for (const { status, headers } of answers) {
      expect(status < 300 || status >= 400).toBe(true)
      expect(headers.get('location')).toBe(null)
      // OA-26: other sites' pages are not let in either.
      expect(headers.get('access-control-allow-origin')).toBe(null)
    }
  })
})

describe('OA-15: who holds a token', () => {
  it('may end it, but not try out thousands', async () => {
    const { accessToken } = await client.add()
    const from = { 'x-client': '203.0.113.77' }
    const statuses: number[] = []
    for (let round = 0; round < 62; round += 1)
      statuses.push((await client.ask('/oauth/revoke', { token: `sd_acc_${round}` }, from)).status)
    expect(statuses.slice(0, 60).every((status) => status === 200)).toBe(true)
    expect(statuses.at(-1)).toBe(429)
    const refused = await client.ask('/oauth/revoke', { token: accessToken }, from)
    expectError(refused, 429, 'temporarily_unavailable')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await client.works(accessToken)).toBe(true)
    // From elsewhere it ends, and the tenant can read of it.
    await client.ask('/oauth/revoke', { token: accessToken }, { 'x-client': '203.0.113.78' })
    expect(await client.works(accessToken)).toBe(false)
  })

  it('leaves a trace that the tenant can read', async () => {
    const { json } = await door.admin('POST', CREDENTIALS, {
      title: 'Found',
      authenticationMethod: 'api_token',
    })
    await client.ask('/oauth/revoke', { token: json.secrets.apiToken })
    const { id } = json.credential
    const events = await door.admin('GET', `/api/v1/tenants/tnt_harbourview/audit-events?subject=${id}`)
    expect(events.json.items[0]).toMatchObject({
      action: 'token_revoked',
      actor: 'holder of the token',
      detail: { token: json.credential.tokens[0].id, kind: 'api' },
    })
  })
})

describe('in the console', () => {
  it('a family ended by reuse shows until new tokens are issued, and tokens say when they were used', async () => {
    const credential = await client.add()
    const address = `${CREDENTIALS}/${credential.id}`
    const view = async (): Promise<any> => (await door.admin('GET', address)).json
    const second = (await client.refresh(credential.refreshToken)).json
    await client.refresh(second.refresh_token)
    expect((await view()).refreshTokenReusedAt).toBe(null)
    expectError(await client.refresh(credential.refreshToken), 400, 'invalid_grant')
    expect(Date.parse((await view()).refreshTokenReusedAt)).toBeGreaterThan(Date.now() - 60_000)
    const { json } = await door.admin('POST', `${address}/tokens`, undefined, { 'if-match': '*' })
    expect((await view()).refreshTokenReusedAt).toBe(null)
    expect(await client.works(json.secrets.accessToken.value)).toBe(true)
    const { items } = (await door.admin('GET', `${address}/tokens`)).json
    const [access, refresh] = items
    expect(access.kind).toBe('access')
    expect(Date.parse(access.lastUsedAt)).toBeGreaterThan(Date.now() - 60_000)
    expect(refresh.lastUsedAt).toBe(null)
  })
})
