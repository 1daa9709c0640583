import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ASCII_PASSWORD,
  describeDiscovery,
  describeIntrospection,
  describeLife,
  type Registered,
  type TestedClient,
  type World,
} from '../support/client-life.ts'
import {
  type RunStep,
  runScript,
  scriptedLibrary,
  talkTo,
  toPair,
  toVariables,
  type Variables,
} from '../support/client-script.ts'
import { PYTHON } from '../support/debian.ts'
import { shippedConfig } from '../support/shipped-config.ts'
import { type Stagedoor, startStagedoor } from '../support/stagedoor.ts'
import { createTokenClient, EVENTS, PASSWORD, type TokenClient } from '../support/token-client.ts'

// Clients of Debian that nobody here wrote, each in its own language, go through the life of a credential.

const script = (name: string): string => join(import.meta.dirname, name)
const AUTHLIB_SCRIPT = talkTo(PYTHON, script('authlib_client.py'))
const REQUESTS_OAUTHLIB_SCRIPT = talkTo(PYTHON, script('requests_oauthlib_client.py'))
afterAll(async () => {
  await AUTHLIB_SCRIPT.stop()
  await REQUESTS_OAUTHLIB_SCRIPT.stop()
})

type Scripted = (registered: Registered) => (step: string, more?: Variables) => Promise<any>

const scripted =
  (run: RunStep, always: Variables = {}): Scripted =>
  (registered) =>
  async (step, more = {}) =>
    await run(step, { ...toVariables(registered), ...always, ...more })

const CURL = scripted(runScript('/bin/bash', script('curl.sh')))
const AUTHLIB = scripted(AUTHLIB_SCRIPT.run, { AUTH_METHOD: 'client_secret_post' })
const AUTHLIB_BASIC = scripted(AUTHLIB_SCRIPT.run, { AUTH_METHOD: 'client_secret_basic' })
const REQUESTS_OAUTHLIB = scripted(REQUESTS_OAUTHLIB_SCRIPT.run)

const tested = (client: Scripted, secret: string = PASSWORD): TestedClient => ({
  open: (registered) => Promise.resolve(scriptedLibrary(client(registered))),
  secret,
})

/** As it comes, and with the password grant switched on. */
let door: Stagedoor
let permissive: Stagedoor
let client: TokenClient
beforeAll(async () => {
  const shipped = shippedConfig()
  const [first, ...others] = shipped.tenants
  const tenants = [{ ...first, oauth: { passwordGrant: true } }, ...others]
  door = await startStagedoor()
  permissive = await startStagedoor({ config: { ...shipped, tenants } })
  client = createTokenClient(door)
})
afterAll(async () => {
  await door?.stop()
  await permissive?.stop()
})

const world = (): World => ({ door, client })
describeLife('curl', tested(CURL), world)
// Authlib writes a Basic header in Latin-1, which is not the UTF-8 that we ask for (RFC 7617 2.1): ASCII is both.
describeLife('python3-authlib, client_secret_basic', tested(AUTHLIB_BASIC, ASCII_PASSWORD), world)
describeLife('python3-authlib, client_secret_post', tested(AUTHLIB), world)
describeLife('python3-requests-oauthlib', tested(REQUESTS_OAUTHLIB), world)
describeIntrospection('curl', tested(CURL), world)
describeIntrospection('python3-authlib', tested(AUTHLIB), world)
describeDiscovery('curl', tested(CURL), world)

describe.each([
  ['python3-authlib, update_token', AUTHLIB],
  ['python3-requests-oauthlib, token_updater', REQUESTS_OAUTHLIB],
])('%s', (_, open) => {
  it('refreshes by itself before three calls, and keeps each new pair', async () => {
    const { id, email, accessToken, refreshToken } = await client.add()
    const step = open({ issuer: door.gatewayUrl, id, email, secret: PASSWORD })
    const call = { ACCESS_TOKEN: accessToken, CALL_URL: door.gatewayUrl + EVENTS }
    const { statuses, saved } = await step('call-again', { ...call, REFRESH_TOKEN: refreshToken })
    expect(statuses).toEqual([200, 200, 200])
    const refreshTokens = saved.map((token: { refresh_token: string }) => token.refresh_token)
    expect(new Set([refreshToken, ...refreshTokens]).size).toBe(4)
    expect(await client.works(saved[2].access_token)).toBe(true)
    // A program that restarts with the pair it began with is told so, and the newest pair is gone with the family.
    await expect(step('call-again', { ...call, REFRESH_TOKEN: refreshToken })).rejects.toThrow(
      'invalid_grant',
    )
    expect(await client.works(saved[2].access_token)).toBe(false)
  })
})

describe.each([
  ['curl', CURL, 'invalid_grant'],
  // Sends the password as its own secret too, so that it is the client that is refused (RFC 6749 5.2).
  ['python3-authlib', AUTHLIB, 'invalid_client'],
  ['python3-requests-oauthlib, LegacyApplicationClient', REQUESTS_OAUTHLIB, 'invalid_grant'],
])('%s, the password grant', (_, open, refusal) => {
  it('gives a pair that has the same life, where the switch is on', async () => {
    const there = createTokenClient(permissive)
    const { id, email } = await there.add()
    const step = open({ issuer: permissive.gatewayUrl, id, email, secret: PASSWORD })
    const first = toPair(await step('password'))
    let pair = first
    for (let round = 0; round < 3; round += 1) {
      expect(await there.works(pair.accessToken)).toBe(true)
      pair = toPair(await step('refresh', { REFRESH_TOKEN: pair.refreshToken }))
    }
    await there.setActive(id, false)
    await expect(step('password')).rejects.toThrow('invalid_grant')
    expect(await there.works(pair.accessToken)).toBe(false)
    await there.setActive(id, true)
    expect(await there.works(pair.accessToken)).toBe(true)
    await expect(step('refresh', { REFRESH_TOKEN: first.refreshToken })).rejects.toThrow('invalid_grant')
    expect(await there.works(pair.accessToken), 'reuse').toBe(false)
    const again = toPair(await step('password'))
    await step('revoke', { REFRESH_TOKEN: again.refreshToken })
    expect(await there.works(again.accessToken)).toBe(false)
    const wrong = open({ issuer: permissive.gatewayUrl, id, email, secret: 'wrong, and long enough' })
    await expect(wrong('password')).rejects.toThrow(refusal)
  })

  it('is refused where the switch is off', async () => {
    const { id, email } = await client.add()
    const step = open({ issuer: door.gatewayUrl, id, email, secret: PASSWORD })
    await expect(step('password')).rejects.toThrow('unsupported_grant_type')
  })
})
