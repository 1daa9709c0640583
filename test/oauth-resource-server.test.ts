import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ResourceServer, startResourceServer } from './support/resource-server.ts'
import { shippedConfig } from './support/shipped-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'
import {
  type AddedPair,
  basic,
  CREDENTIALS,
  createTokenClient,
  expectError,
  PASSWORD,
  type TokenClient,
} from './support/token-client.ts'

// A resource server that nobody here wrote asks our introspection about every call (RFC 7662 1).

const REPORTS = { id: 'reports', secret: 'secret-of-the-reports-server' }
const asReports = basic(REPORTS.id, REPORTS.secret)
/** What RFC 7662 2.2 has, and the tenant: whoever asks about a token has it already. */
const TOLD = ['active', 'client_id', 'exp', 'iat', 'iss', 'sub', 'tenant_id', 'token_type']

const folder = temporaryFolder()
let door: Stagedoor
let client: TokenClient
let reports: ResourceServer
/** Its tokens have expired. */
let late: AddedPair

beforeAll(async () => {
  const options = { folder, config: { ...shippedConfig(), resourceServers: [REPORTS] } }
  door = await startStagedoor(options)
  late = await createTokenClient(door).add()
  await door.stop()
  const database = new DatabaseSync(join(door.dataDirectory, 'stagedoor.sqlite'))
  database.prepare('update tokens set expires_at = ?').run(Date.now() - 1000)
  database.close()
  door = await startStagedoor(options)
  client = createTokenClient(door)
  reports = await startResourceServer({
    introspectionUrl: () => `${door.gatewayUrl}/oauth/introspect`,
    authorization: asReports['authorization'] ?? '',
  })
})
afterAll(async () => {
  await reports?.close()
  await door?.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Called = { readonly status: number; readonly challenge: string | null; readonly text: string }

async function call(token?: string): Promise<Called> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(reports.url, { headers })
  const challenge = response.headers.get('www-authenticate')
  return { status: response.status, challenge, text: await response.text() }
}

const REFUSED = {
  status: 401,
  challenge: 'Bearer realm="Users", error="invalid_token"',
  text: 'Unauthorized',
}

describe('passport-http-bearer', () => {
  it('lets a live token through, stops at once when it is deactivated or revoked, and goes on when activated', async () => {
    const { id, accessToken } = await client.add()
    const allowed = { status: 200, challenge: null, text: JSON.stringify({ clientId: id }) }
    expect(await call(accessToken)).toEqual(allowed)
    await client.setActive(id, false)
    expect(await call(accessToken)).toEqual(REFUSED)
    await client.setActive(id, true)
    expect(await call(accessToken)).toEqual(allowed)
    await client.ask('/oauth/revoke', { token: accessToken })
    expect(await call(accessToken)).toEqual(REFUSED)
    expect(reports.told.slice(-3)).toEqual(['{"active":false}', expect.any(String), '{"active":false}'])
  })

  it('lets an API token through, which never expires, until its credential is deleted', async () => {
    const { json } = await door.admin('POST', CREDENTIALS, {
      title: 'Signage',
      authenticationMethod: 'api_token',
    })
    const { apiToken } = json.secrets
    const { status } = await call(apiToken)
    expect(status).toBe(200)
    expect(JSON.parse(reports.told.at(-1) ?? '')).not.toHaveProperty('exp')
    await door.admin('DELETE', `${CREDENTIALS}/${json.credential.id}`, undefined, { 'if-match': '*' })
    expect(await call(apiToken)).toEqual(REFUSED)
  })

  it('refuses what is expired, of no kind, garbage, a hair away from a token, or not there', async () => {
    const { accessToken } = await client.add()
    const almost = accessToken.slice(0, -1) + (accessToken.endsWith('0') ? '1' : '0')
    for (const token of [late.accessToken, late.refreshToken, almost, 'garbage', '%00', `${accessToken}=`]) {
      expect(await call(token), token).toEqual(REFUSED)
      expect(reports.told.at(-1)).toBe('{"active":false}')
    }
    expect(await call(door.token), 'a management token').toEqual(REFUSED)
    const asked = reports.told.length
    expect((await call()).challenge).toBe('Bearer realm="Users"')
    expect(reports.told).toHaveLength(asked)
  })

  it('tells clients apart: a token is never taken for that of another', async () => {
    const [a, b] = [await client.add(), await client.add()]
    const [first, second] = await Promise.all([call(a.accessToken), call(b.accessToken)])
    expect([first.text, second.text].map((text) => JSON.parse(text).clientId)).toEqual([a.id, b.id])
    await client.setActive(a.id, false)
    expect((await call(a.accessToken)).status).toBe(401)
    expect((await call(b.accessToken)).status).toBe(200)
  })
})

describe('the resource server', () => {
  it('is told nothing beyond whose token it is and how long it works', async () => {
    const { accessToken, refreshToken, email } = await client.add()
    await call(accessToken)
    const answer = reports.told.at(-1) ?? ''
    expect(Object.keys(JSON.parse(answer)).toSorted()).toEqual(TOLD)
    for (const secret of [email, PASSWORD, accessToken, refreshToken, 'endpoint', 'OAuth ', 'argon2'])
      expect(answer).not.toContain(secret)
  })

  it('may ask, and nothing else: it gets no token, ends none, and is nobody at the gateway and the console', async () => {
    const { accessToken, refreshToken } = await client.add()
    const grant = { grant_type: 'client_credentials' }
    expectError(await client.ask('/oauth/token', grant, asReports), 401, 'invalid_client')
    const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expectError(await client.ask('/oauth/token', refresh, asReports), 401, 'invalid_client')
    expectError(await client.ask('/oauth/revoke', { token: accessToken }, asReports), 401, 'invalid_client')
    expect(await client.works(accessToken)).toBe(true)
    expect((await client.refresh(refreshToken)).status, 'its owner lost nothing').toBe(200)
    for (const path of [CREDENTIALS, '/api/v1/tenants']) {
      const response = await fetch(door.adminUrl + path, { headers: asReports })
      expect([path, response.status]).toEqual([path, 401])
    }
    expect(await client.works(REPORTS.secret)).toBe(false)
    expect(door.output()).not.toContain(REPORTS.secret)
  })

  it('is one by its secret alone: credentials and strangers learn nothing of the tokens of others', async () => {
    const [a, b] = [await client.add(), await client.add()]
    const about = { token: a.accessToken }
    expect((await client.ask('/oauth/introspect', about, basic(b.id, PASSWORD))).text).toBe(
      '{"active":false}',
    )
    for (const [id, secret] of [
      [REPORTS.id, `${REPORTS.secret}x`],
      ['Reports', REPORTS.secret],
    ] as const)
      expectError(await client.ask('/oauth/introspect', about, basic(id, secret)), 401, 'invalid_client')
    expectError(await client.ask('/oauth/introspect', about), 401, 'invalid_client')
    expect((await client.ask('/oauth/introspect', about, asReports)).json.active).toBe(true)
  })
})
