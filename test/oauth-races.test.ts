import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedConfig } from './support/shipped-config.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { type AddedPair, CREDENTIALS, createTokenClient, type TokenClient } from './support/token-client.ts'

// Everything at once, to the whole program over HTTP. server/src/tokens/races.test.ts adds 9,000 rounds of F-52.

const ROUNDS = 200
const AT_ONCE = 100
/** Of each end. */
const END_ROUNDS = 334
const LIMIT_MS = 600_000

type Side = { readonly door: Stagedoor; readonly client: TokenClient }
let patient: Side
let strict: Side
beforeAll(async () => {
  patient = await open({})
  strict = await open({ reuseIntervalSeconds: 0 })
})
afterAll(async () => {
  await patient?.door.stop()
  await strict?.door.stop()
})

async function open(oauth: object): Promise<Side> {
  const config: any = shippedConfig()
  config.tenants[0].oauth = oauth
  const door = await startStagedoor({ config })
  return { door, client: createTokenClient(door) }
}

/** Refreshes with one token so many times at once: what was answered how often, and what the winner got. */
async function refreshAtOnce(
  { client }: Side,
  refreshToken: string,
): Promise<{ readonly counts: object; readonly won: any }> {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => client.refresh(refreshToken)))
  const counts = new Map<string, number>()
  for (const { status, json } of answers) {
    const what = `${status} ${json.error ?? 'ok'}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return { counts: Object.fromEntries(counts), won: answers.find(({ status }) => status === 200)?.json }
}

const ONE_WINNER = { '200 ok': 1, '400 invalid_grant': AT_ONCE - 1 }

/** The refresh tokens of a credential that could be exchanged now. */
async function liveRefreshTokens({ door }: Side, id: string): Promise<number> {
  const { json } = await door.admin('GET', `${CREDENTIALS}/${id}`)
  return json.tokens.filter(({ kind }: { kind: string }) => kind === 'refresh').length
}

describe(`F-50: a hundred refreshes of one token at once, ${ROUNDS} rounds`, () => {
  it('have one winner, ninety-nine times invalid_grant, never a fault, and the family lives', {
    timeout: LIMIT_MS,
  }, async () => {
    const { id, refreshToken } = await patient.client.add()
    let presented = refreshToken
    for (let round = 0; round < ROUNDS; round += 1) {
      const { counts, won } = await refreshAtOnce(patient, presented)
      expect(counts).toEqual(ONE_WINNER)
      expect(await patient.client.works(won.access_token)).toBe(true)
      expect(await liveRefreshTokens(patient, id)).toBe(1)
      presented = won.refresh_token
    }
  })

  it('leave nothing alive where the interval is 0: the second is taken for a thief', {
    timeout: LIMIT_MS,
  }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, accessToken, refreshToken } = await strict.client.add()
      const { counts, won } = await refreshAtOnce(strict, refreshToken)
      expect(counts).toEqual(ONE_WINNER)
      expect(await liveRefreshTokens(strict, id)).toBe(0)
      for (const token of [accessToken, won.access_token])
        expect(await strict.client.works(token)).toBe(false)
      expect((await strict.client.refresh(won.refresh_token)).json.error).toBe('invalid_grant')
    }
  })
})

type End = 'revoke' | 'deactivate' | 'delete'

async function end({ door, client }: Side, what: End, { id, refreshToken }: AddedPair): Promise<number> {
  if (what === 'revoke') return (await client.ask('/oauth/revoke', { token: refreshToken })).status
  const address = `${CREDENTIALS}/${id}`
  if (what === 'delete') return (await door.admin('DELETE', address)).status
  return (await door.admin('PATCH', address, { active: false }, { 'if-match': '*' })).status
}

/**
 * One credential, refreshed four times while it is ended; `headStartMs` is the refreshes', or the end's where negative.
 * Gives what the refreshes got.
 */
async function race(side: Side, what: End, headStartMs: number): Promise<'minted' | 'refused'> {
  const { client } = side
  const credential = await client.add()
  const refreshing = Promise.all(
    Array.from({ length: 4 }, async () => {
      await setTimeout(Math.max(0, -headStartMs))
      return await client.refresh(credential.refreshToken)
    }),
  )
  await setTimeout(Math.max(0, headStartMs))
  expect(await end(side, what, credential)).toBe(200)
  // At once: what was minted before has ended, whether its answer has come or not.
  expect(await client.works(credential.accessToken)).toBe(false)
  const answers = await refreshing
  for (const { status } of answers) expect([200, 400]).toContain(status)
  const won = answers.filter(({ status }) => status === 200).map(({ json }) => json)
  expect(won.length).toBeLessThanOrEqual(1)
  for (const { access_token, refresh_token } of won) {
    expect(await client.works(access_token)).toBe(false)
    expect((await client.refresh(refresh_token)).json.error).toBe('invalid_grant')
  }
  return won.length === 0 ? 'refused' : 'minted'
}

describe('F-52: a refresh beside an end', () => {
  it.each(['revoke', 'deactivate', 'delete'] as const)(
    `no token works once %s was answered, minted before or during (${END_ROUNDS} rounds)`,
    { timeout: LIMIT_MS },
    async (what) => {
      const seen = { minted: 0, refused: 0 }
      for (let round = 0; round < END_ROUNDS; round += 1) {
        seen[await race(patient, what, (round % 9) - 4)] += 1
      }
      for (const times of Object.values(seen)) expect(times, JSON.stringify(seen)).toBeGreaterThan(0)
      process.stdout.write(`refresh beside ${what}, over HTTP: ${JSON.stringify(seen)}\n`)
    },
  )
})
