import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { type AddedPair, CREDENTIALS, createTokenClient, type TokenClient } from './support/token-client.ts'

// Everything at once. A shorter run of what is promised for many more rounds; ROUNDS and AT_ONCE can be raised.

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 20)
const AT_ONCE = 100

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor()
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

describe('F-50: a hundred refreshes of one token at once', () => {
  it(`have one winner, ninety-nine times invalid_grant, never a fault, and the family lives (${ROUNDS} rounds)`, async () => {
    let { refreshToken } = await client.add()
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => client.refresh(refreshToken)))
      const counts = Object.groupBy(answers, ({ status, json }) => `${status} ${json.error ?? 'ok'}`)
      expect(Object.fromEntries(Object.entries(counts).map(([what, all]) => [what, all?.length]))).toEqual({
        '200 ok': 1,
        '400 invalid_grant': AT_ONCE - 1,
      })
      const winner = answers.find(({ status }) => status === 200)?.json
      expect(await client.works(winner.access_token)).toBe(true)
      refreshToken = winner.refresh_token
    }
  })
})

type End = 'revoke' | 'deactivate' | 'delete'

async function end(what: End, { id, refreshToken }: AddedPair): Promise<number> {
  if (what === 'revoke') return (await client.ask('/oauth/revoke', { token: refreshToken })).status
  const address = `${CREDENTIALS}/${id}`
  if (what === 'delete') return (await door.admin('DELETE', address)).status
  return (await door.admin('PATCH', address, { active: false }, { 'if-match': '*' })).status
}

describe('F-52: a refresh beside an end', () => {
  it.each(['revoke', 'deactivate', 'delete'] as const)(
    `no token works once %s was answered, minted before or during (${ROUNDS} rounds)`,
    async (what) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const credential = await client.add()
        const refreshed = Array.from({ length: 4 }, () => client.refresh(credential.refreshToken))
        expect([200, 204]).toContain(await end(what, credential))
        const minted = (await Promise.all(refreshed)).flatMap(({ json }) => json.access_token ?? [])
        for (const token of [credential.accessToken, ...minted]) {
          expect(await client.works(token)).toBe(false)
        }
      }
    },
  )
})
