import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedConfig } from './support/shipped-config.ts'
import { type Answer, type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import {
  basic,
  CREDENTIALS,
  createTokenClient,
  EVENTS,
  expectError,
  PASSWORD,
  type TokenClient,
} from './support/token-client.ts'

// The token endpoint as a partner's program meets it. Names begin with the rule that they test.

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor()
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

describe('POST /oauth/token', () => {
  it('OA-01: is POST alone, with Allow', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      const answer = await door.call('/oauth/token', { method })
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST'])
    }
  })

  it('OA-02: takes no parameter twice, an empty one for none, and ignores unknown ones', async () => {
    const { refreshToken } = await client.add()
    const twice = `grant_type=refresh_token&grant_type=refresh_token&refresh_token=${refreshToken}`
    expectError(await client.ask('/oauth/token', twice), 400, 'invalid_request')
    expectError(await client.ask('/oauth/token', 'grant_type='), 400, 'invalid_request')
    expectError(await client.refresh('', {}), 400, 'invalid_request')
    expect((await client.refresh(refreshToken, { foo: '1', redirect_uri: 'https://x' })).status).toBe(200)
  })

  it('OA-03: takes one way to authenticate, and no secret in the address, which is logged nowhere', async () => {
    const { id } = await client.add()
    const grant = { grant_type: 'client_credentials' }
    const both = await client.ask(
      '/oauth/token',
      { ...grant, client_id: id, client_secret: PASSWORD },
      basic(id, PASSWORD),
    )
    expectError(both, 400, 'invalid_request')
    const secret = 'canary-in-the-address-0123456789'
    for (const name of ['client_secret', 'password', 'refresh_token'])
      expectError(await client.ask(`/oauth/token?${name}=${secret}`, grant), 400, 'invalid_request')
    expect(door.output()).not.toContain(secret)
  })

  it('OA-04: reads Basic form-encoded and, tolerated, raw; by id and by e-mail in any spelling', async () => {
    const { id, email, accessToken } = await client.add()
    const grant = { grant_type: 'client_credentials' }
    for (const headers of [
      basic(id, PASSWORD),
      basic(email, PASSWORD),
      basic(email.toUpperCase(), PASSWORD),
      basic(id, PASSWORD, (text) => text),
      basic(id, PASSWORD, (text) => encodeURIComponent(text).replaceAll('%20', '+')),
    ]) {
      const answer = await client.ask('/oauth/token', grant, headers)
      expect(answer.status, answer.text).toBe(200)
      expect(await client.works(answer.json.access_token)).toBe(true)
      // RFC 6749 4.4.3: whoever has the password needs no refresh token.
      expect(answer.json).not.toHaveProperty('refresh_token')
    }
    // In Latin-1, as Authlib and others write it.
    const latin1 = Buffer.from(`${id}:${PASSWORD}`, 'latin1').toString('base64')
    expect((await client.ask('/oauth/token', grant, { authorization: `Basic ${latin1}` })).status).toBe(200)
    const inBody = await client.ask('/oauth/token', { ...grant, client_id: id, client_secret: PASSWORD })
    expect(inBody.status).toBe(200)
    expect(await client.works(accessToken), 'those before go on').toBe(true)
  })

  it('OA-06: answers what the norm asks for, and keeps it from caches', async () => {
    const { refreshToken } = await client.add()
    const answer = await client.refresh(refreshToken)
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^sd_acc_[0-9A-Za-z]{38}$/),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      refresh_token: expect.stringMatching(/^sd_ref_[0-9A-Za-z]{38}$/),
    })
    expect(answer.json.expires_in).toBeGreaterThan(3590)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('pragma')).toBe('no-cache')
    expect(await client.works(answer.json.access_token)).toBe(true)
  })

  it('OA-07: names errors as the norm does, in its alphabet, with a challenge where the header failed', async () => {
    const { id } = await client.add()
    expectError(await client.ask('/oauth/token', {}), 400, 'invalid_request')
    expectError(
      await client.ask('/oauth/token', { grant_type: 'authorization_code' }),
      400,
      'unsupported_grant_type',
    )
    expectError(await client.ask('/oauth/token', { grant_type: 'a"\\\r\nü' }), 400, 'unsupported_grant_type')
    expectError(await client.refresh('sd_ref_"\\\r\nü'), 400, 'invalid_grant')
    expectError(
      await client.ask('/oauth/token', { grant_type: 'client_credentials', scope: 'all' }),
      400,
      'invalid_scope',
    )
    for (const headers of [
      basic(id, 'wrong but long enough'),
      { authorization: 'Basic !' },
      { authorization: 'Bearer x' },
    ]) {
      const answer = await client.ask('/oauth/token', { grant_type: 'client_credentials' }, headers)
      expectError(answer, 401, 'invalid_client')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    }
    const json = await client.ask('/oauth/token', '{}', { 'content-type': 'application/json' })
    expectError(json, 400, 'invalid_request')
  })

  it('OA-08: gives a refresh token to its own client alone, and the owner can read of the attempt', async () => {
    const a = await client.add()
    const b = await client.add()
    const foreign = await client.ask(
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: a.refreshToken },
      basic(b.id, PASSWORD),
    )
    expectError(foreign, 400, 'invalid_grant')
    expect(await client.works(a.accessToken)).toBe(true)
    expect((await client.refresh(a.refreshToken)).status).toBe(200)
  })

  it('OA-19: has no password grant, unless the tenant switches it on', async () => {
    const { email } = await client.add()
    const form = { grant_type: 'password', username: email, password: PASSWORD }
    expectError(await client.ask('/oauth/token', form), 400, 'unsupported_grant_type')
    const config: any = shippedConfig()
    config.tenants[0].oauth = { passwordGrant: true, reuseIntervalSeconds: 0 }
    // Switched on for one tenant, it is not for the next.
    config.tenants.push({ ...config.tenants[0], id: 'tnt_without', name: 'Without', oauth: undefined })
    const other = await startStagedoor({ config })
    const { json } = await other.admin('POST', CREDENTIALS, {
      title: 'P',
      authenticationMethod: 'oauth',
      email,
      password: PASSWORD,
    })
    const post = async (
      parameters: Readonly<Record<string, string>>,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answer> =>
      await other.call('/oauth/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(parameters).toString(),
      })
    const issued = await post({ ...form, username: email.toUpperCase() })
    expect(issued.json.refresh_token).toMatch(/^sd_ref_/)
    expect((await other.call(EVENTS, { token: issued.json.access_token })).status).toBe(200)
    expectError(await post({ ...form, password: 'not this but long enough' }), 400, 'invalid_grant')
    // Who names a client with its secret is held to it (RFC 6749 4.3.2); one named without a secret is nobody.
    const { id } = json.credential
    expect((await post(form, basic(id, PASSWORD))).status).toBe(200)
    expect((await post(form, basic(id, ''))).status).toBe(200)
    expectError(await post(form, basic(id, 'wrong but long enough')), 401, 'invalid_client')
    const another = await other.admin('POST', CREDENTIALS, {
      title: 'Another',
      authenticationMethod: 'oauth',
      email: 'another@harbourview.example',
      password: PASSWORD,
    })
    expectError(await post(form, basic(another.json.credential.id, PASSWORD)), 400, 'invalid_grant')
    const without = 'without@harbourview.example'
    await other.admin('POST', '/api/v1/tenants/tnt_without/credentials', {
      title: 'Q',
      authenticationMethod: 'oauth',
      email: without,
      password: PASSWORD,
    })
    expectError(await post({ ...form, username: without }), 400, 'unauthorized_client')
    // With no interval every second use ends the family.
    const first = json.secrets.refreshToken.value
    const next = await post({ grant_type: 'refresh_token', refresh_token: first })
    expectError(await post({ grant_type: 'refresh_token', refresh_token: first }), 400, 'invalid_grant')
    expect((await other.call(EVENTS, { token: next.json.access_token })).status).toBe(401)
    // The operator still sees it after the client has signed in again: whoever did so may be the thief.
    expect((await post(form)).status).toBe(200)
    const seen = await other.admin('GET', `${CREDENTIALS}/${id}`)
    expect(seen.json.refreshTokenReusedAt).toMatch(/^\d{4}-/)
    await other.stop()
  })

  it('OA-20: rotates; one of many at once wins and the family lives; an older generation ends it', async () => {
    const { refreshToken, accessToken } = await client.add()
    for (let round = 0; round < 5; round += 1) {
      const fresh = await client.add()
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.refresh(fresh.refreshToken)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      for (const answer of answers.filter(({ status }) => status !== 200))
        expectError(answer, 400, 'invalid_grant')
      const winner = answers.find(({ status }) => status === 200)?.json
      expect(await client.works(winner.access_token)).toBe(true)
      expect((await client.refresh(winner.refresh_token)).status).toBe(200)
    }
    const second = (await client.refresh(refreshToken)).json
    const third = (await client.refresh(second.refresh_token)).json
    expect(await client.works(third.access_token)).toBe(true)
    // The first one again: two generations ago, so somebody has a copy.
    expectError(await client.refresh(refreshToken), 400, 'invalid_grant')
    for (const token of [accessToken, second.access_token, third.access_token])
      expect(await client.works(token)).toBe(false)
    expectError(await client.refresh(third.refresh_token), 400, 'invalid_grant')
  })

  it('refuses while the credential rests, goes on afterwards, and never after it was deleted', async () => {
    const { id, refreshToken, accessToken } = await client.add()
    await client.setActive(id, false)
    expectError(await client.refresh(refreshToken), 400, 'invalid_grant')
    expectError(
      await client.ask('/oauth/token', { grant_type: 'client_credentials' }, basic(id, PASSWORD)),
      400,
      'unauthorized_client',
    )
    await client.setActive(id, true)
    expect(await client.works(accessToken)).toBe(true)
    const next = (await client.refresh(refreshToken)).json
    expect(await client.works(next.access_token)).toBe(true)
    expect((await door.admin('DELETE', `${CREDENTIALS}/${id}`)).status).toBe(200)
    expectError(await client.refresh(next.refresh_token), 400, 'invalid_grant')
    expect(await client.works(next.access_token)).toBe(false)
    expectError(
      await client.ask('/oauth/token', { grant_type: 'client_credentials' }, basic(id, PASSWORD)),
      401,
      'invalid_client',
    )
  })

  it('LG-02: slows down guessing, however the address is spelt, and says for how long', async () => {
    const config = shippedConfig()
    const other = await startStagedoor({ config })
    const email = 'guessed@harbourview.example'
    await other.admin('POST', CREDENTIALS, {
      title: 'Guessed',
      authenticationMethod: 'oauth',
      email,
      password: PASSWORD,
    })
    const statuses: number[] = []
    for (const spelling of [
      email,
      email.toUpperCase(),
      ` ${email}`,
      'Guessed@harbourview.example',
      // A slow machine lets the first waits go by; they double until one holds.
      ...Array.from({ length: 8 }, () => email),
    ]) {
      if (statuses.at(-1) === 429) break
      const answer = await other.call('/oauth/token', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...basic(spelling, 'wrong but long enough'),
        },
        body: 'grant_type=client_credentials',
      })
      statuses.push(answer.status)
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(statuses.slice(5)).toContain(429)
    await other.stop()
  })

  it('refuses what is too large', async () => {
    const answer = await client.ask(
      '/oauth/token',
      `grant_type=refresh_token&refresh_token=${'x'.repeat(40_000)}`,
    )
    expectError(answer, 400, 'invalid_request')
    expect(answer.json.error_description).toContain('too large')
  })
})
