import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { mintToken } from '@stagedoor/core/token.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVENTS, type Gate, type Grants, idOf, startGate } from './odata/support/gate.ts'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'
import { startUpstream, type TestUpstream } from './support/upstream.ts'

const MOUNT = '/enterprise/connect/api'
const EVENT = 'enterprise:GET:/events/{}'
const ACCOUNT = 'enterprise:GET:/accounts/{}'

/** What the admin API says of a credential's use: `endpoint outcome` and the number of calls. */
async function usageOf(door: Stagedoor, credential: string): Promise<Readonly<Record<string, number>>> {
  const { status, json, text } = await door.admin('GET', `${credential}/usage`)
  expect(status, text).toBe(200)
  return Object.fromEntries(
    json.endpoints.map((each: any) => [`${each.endpointId} ${each.outcome}`, each.calls]),
  )
}

async function metric(door: Stagedoor, name: string): Promise<number> {
  const { text } = await door.admin('GET', '/api/v1/metrics')
  return Number(new RegExp(`^stagedoor_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

type Made = { readonly path: string; readonly token: string; readonly lastUse: () => Promise<string | null> }

async function addTo(door: Stagedoor, title: string, endpoints: readonly string[]): Promise<Made> {
  const made = await door.admin('POST', `${PLAIN}/credentials`, {
    title,
    authenticationMethod: 'api_token',
    allowedEndpoints: { kind: 'only', endpoints },
  })
  expect(made.status, made.text).toBe(201)
  const path = `${PLAIN}/credentials/${made.json.credential.id}`
  return {
    path,
    token: made.json.secrets.apiToken,
    lastUse: async () => (await door.admin('GET', `${path}/tokens`)).json.items[0].lastUsedAt,
  }
}

describe('calls to an API of plain endpoints', () => {
  const folder = temporaryFolder()
  let upstream: TestUpstream
  let door: Stagedoor
  beforeAll(async () => {
    upstream = await startUpstream()
    door = await startStagedoor({ folder, config: plainConfig({ enterprise: { baseUrl: upstream.url } }) })
  })
  afterAll(async () => {
    await door.stop()
    await upstream.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('are counted by endpoint and outcome, each once, and seen at once where the gateway is the same process', async () => {
    const { path, token, lastUse } = await addTo(door, 'counted', [EVENT])
    expect(await lastUse()).toBeNull()
    expect(await usageOf(door, path)).toEqual({})
    for (let call = 0; call < 3; call += 1)
      expect((await door.call(`${MOUNT}/events/1`, { token })).status).toBe(200)
    expect((await door.call(`${MOUNT}/accounts/1`, { token })).status).toBe(403)
    expect((await door.call(`${MOUNT}/nothing`, { token })).status).toBe(404)
    expect(await usageOf(door, path)).toEqual({
      [`${EVENT} allowed`]: 3,
      [`${ACCOUNT} endpoint_not_allowed`]: 1,
      ' endpoint_unknown': 1,
    })
    expect(Date.parse((await lastUse()) ?? '')).toBeGreaterThan(Date.now() - 60_000)
  })

  test('of a deactivated credential and a revoked token are counted as what they are refused for', async () => {
    const { path, token } = await addTo(door, 'switched off', [EVENT])
    await door.admin('PATCH', path, { active: false }, { 'if-match': '*' })
    expect((await door.call(`${MOUNT}/events/1`, { token })).status).toBe(401)
    await door.admin('PATCH', path, { active: true }, { 'if-match': '*' })
    const [{ id }] = (await door.admin('GET', `${path}/tokens`)).json.items
    expect((await door.admin('DELETE', `${path}/tokens/${id}`)).status).toBeLessThan(300)
    expect((await door.call(`${MOUNT}/events/1`, { token })).status).toBe(401)
    expect(await usageOf(door, path)).toEqual({ ' credential_inactive': 1, ' token_revoked': 1 })
  })

  test('of nobody are a number in the metrics, and no row anywhere', async () => {
    const before = await metric(door, 'calls_nobodys_total')
    const unknown = mintToken('api', (count) => crypto.getRandomValues(new Uint8Array(count)))
    for (const token of [undefined, 'sd_api_broken', unknown])
      expect((await door.call(`${MOUNT}/events/1`, token === undefined ? {} : { token })).status).toBe(401)
    expect(await metric(door, 'calls_nobodys_total')).toBe(before + 3)
  })

  test('that were counted before a stop are there after the next start', async () => {
    const { path, token } = await addTo(door, 'before the stop', [EVENT])
    expect((await door.call(`${MOUNT}/events/1`, { token })).status).toBe(200)
    await door.stop()
    expect(readdirSync(join(folder, 'data', 'use'))).toEqual(['reserved'])
    door = await startStagedoor({ folder, config: plainConfig({ enterprise: { baseUrl: upstream.url } }) })
    expect(await usageOf(door, path)).toEqual({ [`${EVENT} allowed`]: 1 })
  })
})

describe('calls to an OData service', () => {
  let gate: Gate
  beforeAll(async () => {
    gate = await startGate()
  })
  afterAll(() => gate.stop())

  /** The use of the credential with these grants, which is made by asking for its token. */
  async function used(
    grants: Grants,
    act: () => Promise<unknown>,
  ): Promise<Readonly<Record<string, number>>> {
    await gate.tokenOf(grants)
    const listed = (await gate.door.admin('GET', '/api/v1/tenants/tnt_events/credentials?limit=200')).json
      .items
    // Their titles are numbered in the order in which they are made.
    const newest = listed.toSorted((one: any, other: any) => (one.createdAt < other.createdAt ? 1 : -1))[0]
    await act()
    return await usageOf(gate.door, `/api/v1/tenants/tnt_events/credentials/${newest.id}`)
  }

  test('count for each endpoint that they reach, once', async () => {
    const grants = ['GET Events', 'GET Accounts']
    const counted = await used(grants, async () => {
      const path = '/Events?$expand=Account&$orderby=Account/Name&$filter=Account/Name%20ne%20null'
      expect((await gate.ask(grants, path)).status).toBe(200)
    })
    expect(counted).toEqual({ [`${idOf('GET Events')} allowed`]: 1, [`${idOf('GET Accounts')} allowed`]: 1 })
  })

  test('that are refused count for the endpoints that are missing, and for no other', async () => {
    const counted = await used(EVENTS, async () => {
      expect((await gate.ask(EVENTS, '/Events?$expand=Account')).status).toBe(403)
      expect((await gate.ask(EVENTS, '/Events?$filter=(')).status).toBe(400)
      expect((await gate.ask(EVENTS, '/Events?$search=x')).status).toBe(403)
    })
    expect(counted).toEqual({
      [`${idOf('GET Accounts')} endpoint_not_allowed`]: 1,
      ' odata_malformed': 1,
      ' odata_reach_unknown': 1,
    })
  })

  test('in a batch count once for each endpoint of the whole', async () => {
    const grants = ['GET Events', 'GET Venues', 'GET Bookings']
    const batch = (...urls: readonly string[]) => ({
      method: 'POST',
      body: JSON.stringify({ requests: urls.map((url, at) => ({ id: `r${at}`, method: 'GET', url })) }),
    })
    const counted = await used(grants, async () => {
      expect((await gate.ask(grants, '/$batch', batch('Events(1)', 'Events(2)', 'Bookings'))).status).toBe(
        200,
      )
      expect((await gate.ask(grants, '/$batch', batch('Events(1)', 'Accounts', 'Accounts(1)'))).status).toBe(
        403,
      )
    })
    expect(counted).toEqual({
      [`${idOf('GET Events')} allowed`]: 1,
      [`${idOf('GET Bookings')} allowed`]: 1,
      [`${idOf('GET Accounts')} endpoint_not_allowed`]: 1,
    })
  })

  test('with a body count by what the body reaches too, and not twice', async () => {
    const grants = ['POST Events', 'GET Events', 'GET Accounts']
    const bind = (target: string) => ({
      method: 'POST',
      body: JSON.stringify({ ID: 950, ...JSON.parse(target) }),
    })
    const counted = await used(grants, async () => {
      gate.answerNext({ status: 204, body: '' })
      const taken = await gate.ask(grants, '/Events', bind('{"Account@odata.bind":"Accounts(1)"}'))
      expect(taken.status).toBe(204)
      const refused = await gate.ask(grants, '/Events', bind('{"Bookings@odata.bind":["Bookings(1)"]}'))
      expect(refused.status).toBe(403)
    })
    // The target alone of the refused one was allowed, and that is no call.
    expect(counted).toEqual({
      [`${idOf('POST Events')} allowed`]: 1,
      [`${idOf('GET Accounts')} allowed`]: 1,
      [`${idOf('PATCH Bookings')} endpoint_not_allowed`]: 1,
    })
  })

  test('for what a service says of itself count as reaching no endpoint', async () => {
    const grants = ['GET Bookings']
    const counted = await used(grants, async () => {
      expect((await gate.ask(grants, '/$metadata')).status).toBe(200)
      expect((await gate.ask(grants, '/')).status).toBe(200)
      expect((await gate.ask(grants, '/Bookings', { method: 'OPTIONS' })).status).toBe(204)
    })
    expect(counted).toEqual({ ' allowed': 3 })
  })
})

describe('a disk that hangs', () => {
  test('keeps no call waiting, nor the list of tokens', async () => {
    const folder = temporaryFolder()
    const upstream = await startUpstream()
    mkdirSync(join(folder, 'data', 'use'), { recursive: true })
    // Reading a pipe that nobody writes to never ends.
    execFileSync('mkfifo', [join(folder, 'data', 'use', 'reserved')])
    const door = await startStagedoor({
      folder,
      config: plainConfig({ enterprise: { baseUrl: upstream.url } }),
    })
    try {
      const { path, token, lastUse } = await addTo(door, 'hanging', [EVENT])
      for (let call = 0; call < 200; call += 1)
        expect((await door.call(`${MOUNT}/events/1`, { token })).status).toBe(200)
      expect(await lastUse()).toBeNull()
      expect(await usageOf(door, path)).toEqual({})
      for (let call = 0; call < 200; call += 1)
        expect((await door.call(`${MOUNT}/events/1`, { token })).status).toBe(200)
    } finally {
      await door.kill()
    }
    await upstream.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
