import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Served, START, serve } from '#admin/test/serve.ts'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import type { Storage } from '#storage/database.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { createOAuth } from './oauth.ts'

const PASSWORD = 'kettle and lantern'
/** As whoever wires them waits for receipts, where no time is told. */
const AS_LONG_AS_RECEIPTS = undefined

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-waiting-'))
const clock = { now: START }
let storage: Storage
let door: Served
let oauth: ReturnType<typeof createOAuth>
/** How long gateways were waited for, each time. */
let waits: (number | undefined)[] = []
let meanwhile: () => Promise<void> = async () => undefined
let credential: { readonly id: string; readonly refreshToken: string; readonly accessToken: string }
let added = 0
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db, { now: () => clock.now })
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
  oauth = createOAuth({
    db: storage.db,
    now: () => clock.now,
    randomBytes,
    hasher: createPasswordHasher(randomBytes),
    log: pino({ level: 'silent' }),
    issuer: 'http://127.0.0.1:4001',
    settingsOf: () => OAUTH_DEFAULTS,
    anyPasswordGrant: false,
    resourceServers: [],
    awaitGateways: async (waitMs) => {
      waits.push(waitMs)
      await meanwhile()
    },
  })
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})
beforeEach(async () => {
  added += 1
  const fields = { title: `Sync ${added}`, email: `${added}@example.org`, password: PASSWORD }
  const { json } = await door.add({ authenticationMethod: 'oauth', ...fields })
  const { accessToken, refreshToken } = json.secrets
  credential = {
    id: json.credential.id,
    accessToken: accessToken.value,
    refreshToken: refreshToken.value,
  }
  waits = []
  meanwhile = async () => undefined
})

async function post(
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<{ status: number; json: any }> {
  const body = new URLSearchParams(form)
  const request = new Request(`http://127.0.0.1:4001${path}`, { method: 'POST', body })
  const answer = await oauth(request, { address: `10.1.2.${added}` })
  return { status: answer.status, json: await answer.json() }
}
const refresh = (refreshToken: string) =>
  post('/oauth/token', { grant_type: 'refresh_token', refresh_token: refreshToken })

it('new tokens are answered after gateways were waited for, a second at most', async () => {
  const refreshed = await refresh(credential.refreshToken)
  expect([refreshed.status, waits]).toEqual([200, [1_000]])
  const client = { client_id: credential.id, client_secret: PASSWORD }
  const issued = await post('/oauth/token', { grant_type: 'client_credentials', ...client })
  expect([issued.status, waits]).toEqual([200, [1_000, 1_000]])
})

it('an end is answered after gateways were waited for as long as for receipts, and not before', async () => {
  const release = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  meanwhile = async () => {
    reached.resolve()
    await release.promise
  }
  let isAnswered = false
  const answering = post('/oauth/revoke', { token: credential.accessToken }).finally(() => {
    isAnswered = true
  })
  await Promise.race([reached.promise, answering])
  // An answer that waits for nobody would be there before that of a request which is sent only now.
  meanwhile = async () => undefined
  await refresh('unknown')
  const wasAnswered = isAnswered
  release.resolve()
  expect([(await answering).status, wasAnswered]).toEqual([200, false])
  expect(waits).toEqual([AS_LONG_AS_RECEIPTS])
})

it('a refresh token that came back ends its family before that is answered', async () => {
  const { json } = await refresh(credential.refreshToken)
  await refresh(json.refresh_token)
  waits = []
  const reused = await refresh(credential.refreshToken)
  expect([reused.status, reused.json.error]).toEqual([400, 'invalid_grant'])
  expect(waits).toEqual([AS_LONG_AS_RECEIPTS])
})

it('nobody is waited for where nothing was changed', async () => {
  const unknown = credential.accessToken.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
  expect((await post('/oauth/revoke', { token: unknown })).status).toBe(200)
  expect((await refresh(unknown)).json.error).toBe('invalid_grant')
  const wrong = { client_id: credential.id, client_secret: 'wrong' }
  expect((await post('/oauth/token', { grant_type: 'client_credentials', ...wrong })).status).toBe(401)
  await refresh(credential.refreshToken)
  waits = []
  // Within the reuse interval: refused, and the family goes on.
  expect((await refresh(credential.refreshToken)).json.error).toBe('invalid_grant')
  expect(waits).toEqual([])
})
