import type { Endpoint } from '@stagedoor/core/catalog/endpoint.ts'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Served, serve } from '#admin/test/serve.ts'
import { createOAuth } from '#oauth/oauth.ts'
import { createTurns } from './test/turns.ts'
import { ENTERPRISE, groundInMemory, openWorld, SETTINGS, type World } from './test/world.ts'

// F-52 in great numbers: the real endpoints, storage, feed and policy in one process, without sockets. Whoever needs the
// database waits for a turn, and the turns are drawn: every transaction of a refresh meets every one of an end in every
// order. test/oauth-races.test.ts does the same to the whole program over HTTP.

const ROUNDS = 3_000
const PASSWORD = 'kettle & lantern: 100% ü+'
const CREDENTIALS = `/api/v1/tenants/${ENTERPRISE.id}/credentials`
const [ENDPOINT] = ENTERPRISE.catalogs.flatMap(({ endpoints }) => endpoints) as [Endpoint]

type End = 'revoke' | 'deactivate' | 'delete'
type Pair = { readonly id: string; readonly accessToken: string; readonly refreshToken: string }
type OAuthAnswer = { readonly status: number; readonly json: Readonly<Record<string, string>> }

const turns = createTurns()
let world: World
let admin: Served
let oauth: ReturnType<typeof createOAuth>
beforeAll(async () => {
  world = await openWorld(await groundInMemory(turns))
  const { deps } = world
  // Catching up waits for its turn as well: a change may be committed long before its request goes on.
  const catchUp = async (): Promise<void> => {
    await turns.take()
    turns.give()
    await world.catchUp()
  }
  admin = serve(deps.db, {
    ...deps,
    tenants: [ENTERPRISE],
    confirm: async () => {
      await catchUp()
      return { gateways: 1, confirmed: 1, elapsedMs: 0, complete: true, pending: [] }
    },
  })
  oauth = createOAuth({
    ...deps,
    log: pino({ level: 'silent' }),
    issuer: 'http://127.0.0.1:4001',
    anyPasswordGrant: SETTINGS.passwordGrant,
    resourceServers: [],
    awaitGateways: catchUp,
  })
})
afterAll(async () => await world?.close())

async function post(path: string, form: Readonly<Record<string, string>>): Promise<OAuthAnswer> {
  const request = new Request(`http://127.0.0.1:4001${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  // Every round has its own address, so that no limit on attempts stands in the way.
  const answer = await oauth(request, { address: `10.1.${added >> 8}.${added & 255}` })
  return { status: answer.status, json: (await answer.json()) as OAuthAnswer['json'] }
}

const refresh = (refreshToken: string): Promise<OAuthAnswer> =>
  post('/oauth/token', { grant_type: 'refresh_token', refresh_token: refreshToken })
const works = (token: string): boolean => world.call(token, ENDPOINT) === 'allow'

let added = 0
async function add(): Promise<Pair> {
  added += 1
  const { json } = await admin.add(
    {
      title: `OAuth ${added}`,
      authenticationMethod: 'oauth',
      email: `${added}@harbour.example`,
      password: PASSWORD,
    },
    `/api/v1/tenants/${ENTERPRISE.id}`,
  )
  const { accessToken, refreshToken } = json.secrets
  return { id: json.credential.id, accessToken: accessToken.value, refreshToken: refreshToken.value }
}

async function end(what: End, { id, refreshToken }: Pair): Promise<number> {
  const address = `${CREDENTIALS}/${id}`
  switch (what) {
    case 'revoke':
      return (await post('/oauth/revoke', { token: refreshToken })).status
    case 'delete':
      return (await admin.ask('DELETE', address)).status
    case 'deactivate': {
      const headers = { 'if-match': '*' }
      return (await admin.ask('PATCH', address, { body: { active: false }, headers })).status
    }
  }
}

/** What is going on beside the end: refreshes, and the password's own grant, whose tokens belong to no family. */
function compete(what: End, { id, refreshToken }: Pair): readonly Promise<OAuthAnswer>[] {
  const client = { grant_type: 'client_credentials', client_id: id, client_secret: PASSWORD }
  return [
    refresh(refreshToken),
    refresh(refreshToken),
    ...(what === 'revoke' ? [] : [post('/oauth/token', client)]),
  ]
}

let neighbour = ''
/** Another credential is refreshed all the while: the policy is often being read for it when the end is committed. */
async function refreshNeighbour(): Promise<void> {
  const { status, json } = await refresh(neighbour)
  neighbour = json['refresh_token'] ?? ''
  expect([status, works(json['access_token'] ?? '')], 'the neighbour').toEqual([200, true])
}

type Seen = 'refused' | 'minted, answered before the end' | 'minted, answered after the end'

async function race(what: End, draws: readonly number[]): Promise<Seen> {
  turns.choose = () => 0
  // A new one now and then, also after a failure: the tokens of one credential are read together, and are not to be many.
  if (neighbour === '' || added % 20 === 0) neighbour = (await add()).refreshToken
  const pair = await add()
  const known = [pair.accessToken]
  const tokens = [pair.refreshToken]
  expect(works(pair.accessToken)).toBe(true)
  let drawn = 0
  turns.choose = (waiting) => (draws[drawn++ % draws.length] ?? 0) % waiting
  let ended = false
  let seen: Seen = 'refused'
  const beside = compete(what, pair).map(async (answering) => {
    const { status, json } = await answering
    expect([200, 400, 401]).toContain(status)
    if (json['access_token'] === undefined) return
    seen = ended ? 'minted, answered after the end' : 'minted, answered before the end'
    known.push(json['access_token'])
    if (json['refresh_token'] !== undefined) tokens.push(json['refresh_token'])
    if (ended) expect(works(json['access_token']), 'a token that came after the end').toBe(false)
  })
  beside.push(refreshNeighbour())
  try {
    expect([200, 204]).toContain(await end(what, pair))
    ended = true
    // At this very moment, not when everything else has come to rest.
    expect(known.filter(works), 'tokens that work once the end was answered').toEqual([])
  } finally {
    await Promise.all(beside)
  }
  turns.choose = () => 0
  expect(tokens.length, 'refresh tokens: the first and at most one more').toBeLessThanOrEqual(2)
  expect(known.filter(works), 'tokens that work when all is over').toEqual([])
  for (const token of tokens) expect((await refresh(token)).status, 'a refresh afterwards').toBe(400)
  return seen
}

describe('F-52: a refresh beside an end, in every order', () => {
  it.each(['revoke', 'deactivate', 'delete'] as const)(
    `no token works once %s was answered, minted before or during (${ROUNDS} rounds)`,
    async (what) => {
      const seen = { refused: 0, 'minted, answered before the end': 0, 'minted, answered after the end': 0 }
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(99), { minLength: 16, maxLength: 16 }), async (draws) => {
          seen[await race(what, draws)] += 1
        }),
        { numRuns: ROUNDS },
      )
      // Every order has happened, and often.
      for (const [order, times] of Object.entries(seen))
        expect(times, `${order}: ${JSON.stringify(seen)}`).toBeGreaterThan(ROUNDS / 50)
      process.stdout.write(`refresh beside ${what}: ${JSON.stringify(seen)}\n`)
    },
    600_000,
  )
})
