import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENTERPRISE, type Served, serve } from '#admin/test/serve.ts'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import type { Storage } from '#storage/database.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { clientKeyOf, isKnownNetwork, noteNetwork } from './client-networks.ts'
import type { TokensDeps } from './deps.ts'
import { type Refreshed, refreshTokens } from './refresh-tokens.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const EMAIL = 'api@example.com'
const directory = mkdtempSync(join(tmpdir(), 'stagedoor-lifetimes-'))
let storage: Storage
let door: Served
let deps: TokensDeps
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db)
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
  deps = {
    db: storage.db,
    now: () => door.clock.now,
    randomBytes,
    hasher: createPasswordHasher(randomBytes),
    settingsOf: () => OAUTH_DEFAULTS,
  }
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

async function add(title: string): Promise<{ readonly id: string; readonly refreshToken: string }> {
  const fields = { title, authenticationMethod: 'oauth', email: EMAIL, password: 'kettle and lantern' }
  const { credential, secrets } = (await door.add(fields)).json
  return { id: credential.id, refreshToken: secrets.refreshToken.value }
}

const refresh = async (refreshToken: string): Promise<Refreshed> =>
  await refreshTokens(deps, { refreshToken, client: undefined, requestId: 'req_test' })

async function next(refreshToken: string): Promise<string> {
  const refreshed = await refresh(refreshToken)
  if (refreshed.outcome !== 'refreshed') throw new Error('the refresh token was refused')
  return refreshed.pair.refreshToken.value
}

describe('OA-21: a refresh token', () => {
  it('ends when it was not used for thirty days, to the millisecond', async () => {
    const idle = await add('Idle')
    door.clock.now += 30 * DAY_MS - 1
    const second = await next(idle.refreshToken)
    door.clock.now += 30 * DAY_MS
    expect(await refresh(second)).toEqual({ outcome: 'refused', changed: false })
  })

  it('ends after ninety days however much it is used, and its last access token with it', async () => {
    let { refreshToken } = await add('Busy')
    for (let day = 10; day < 90; day += 10) {
      door.clock.now += 10 * DAY_MS
      refreshToken = await next(refreshToken)
    }
    door.clock.now += 10 * DAY_MS - 60_000
    const last = await refresh(refreshToken)
    if (last.outcome !== 'refreshed') throw new Error('refused a minute too early')
    const end = door.clock.now + 60_000
    expect([last.pair.accessToken.expiresAt, last.pair.refreshToken.expiresAt]).toEqual([end, end])
    door.clock.now = end
    expect(await refresh(last.pair.refreshToken.value)).toEqual({ outcome: 'refused', changed: false })
  })

  it('of any generation ends the family while it lives, also long after that token itself has expired', async () => {
    const { id, refreshToken: first } = await add('Stolen long ago')
    let newest = first
    for (let week = 1; week <= 11; week += 1) {
      door.clock.now += 7 * DAY_MS
      newest = await next(newest)
    }
    expect(await refresh(first)).toEqual({ outcome: 'refused', changed: true })
    expect(await refresh(newest)).toEqual({ outcome: 'refused', changed: false })
    const view = (await door.ask('GET', `${ENTERPRISE}/credentials/${id}`)).json
    expect(Date.parse(view.refreshTokenReusedAt)).toBe(door.clock.now)
    // Once the family would have ended, the rows go: nothing grows without end.
    door.clock.now += 30 * DAY_MS
    const { json } = await door.ask('POST', `${ENTERPRISE}/credentials/${id}/tokens`, {
      headers: { 'if-match': '*' },
    })
    await next(json.secrets.refreshToken.value)
    const left = await storage.db.snapshot(undefined, (trx) =>
      trx.selectFrom('tokens').select('id').where('credential_id', '=', id).execute(),
    )
    expect(left).toHaveLength(4)
  })
})

describe('the networks of a client', () => {
  it('are known for thirty days, across restarts, under every name of the client, and forgotten with it', async () => {
    const { id } = await add('Networks')
    const clientKey = await clientKeyOf(deps, id)
    expect(clientKey).toBe(await clientKeyOf(deps, ` ${EMAIL.toUpperCase()}`))
    expect(await clientKeyOf(deps, 'cred_unknown')).toBe('cred_unknown')
    const network = '203.0.113.7'
    expect(await isKnownNetwork(deps, { clientKey, network })).toBe(false)
    await noteNetwork(deps, { credentialId: id, network })
    await noteNetwork(deps, { credentialId: id, network })
    expect(await isKnownNetwork(deps, { clientKey, network })).toBe(true)
    expect(await isKnownNetwork(deps, { clientKey, network: '203.0.113.8' })).toBe(false)
    expect(await isKnownNetwork(deps, { clientKey: 'else@example.com', network })).toBe(false)
    door.clock.now += 30 * DAY_MS
    expect(await isKnownNetwork(deps, { clientKey, network })).toBe(false)
    await noteNetwork(deps, { credentialId: id, network: '203.0.113.9' })
    door.clock.now += 1
    await noteNetwork(deps, { credentialId: id, network: '203.0.113.10' })
    const kept = await storage.db.snapshot(undefined, (trx) =>
      trx.selectFrom('credential_networks').select('network').execute(),
    )
    expect(kept.map((row) => row.network).toSorted()).toEqual(['203.0.113.10', '203.0.113.9'])
    await door.ask('DELETE', `${ENTERPRISE}/credentials/${id}`)
    expect(
      await storage.db.snapshot(undefined, (trx) =>
        trx.selectFrom('credential_networks').selectAll().execute(),
      ),
    ).toEqual([])
  })
})
