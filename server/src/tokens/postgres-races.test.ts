import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addCredential } from '#credentials/add-credential.ts'
import { deleteCredential } from '#credentials/delete-credential.ts'
import { editCredential } from '#credentials/edit-credential.ts'
import { closeSharedPostgres } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../../../test/support/postgres.ts'
import type { TokensDeps } from './deps.ts'
import { type Refreshed, refreshTokens } from './refresh-tokens.ts'
import { revokeToken } from './revoke-token.ts'
import { groundOnPostgres, type PostgresGround } from './test/postgres-ground.ts'
import { CONTEXT } from './test/real.ts'
import { ENTERPRISE, openWorld, SETTINGS, type World } from './test/world.ts'

// Two control planes over one PostgreSQL. races.test.ts draws the order of transactions on SQLite; here the database has it.

const AT_ONCE = 100
const ROUNDS = 10
const END_ROUNDS = 60
const [ENDPOINT] = ENTERPRISE.catalogs.flatMap(({ endpoints }) => endpoints)

sayWhetherPostgres('a hundred refreshes at once, and refreshes beside an end')

let ground: PostgresGround
let world: World
let planes: readonly TokensDeps[]
let added = 0

type Pair = { readonly id: string; readonly accessToken: string; readonly refreshToken: string }

async function add(): Promise<Pair> {
  added += 1
  const result = await addCredential(world.deps, {
    ...CONTEXT,
    tenant: ENTERPRISE,
    fields: {
      title: `OAuth ${added}`,
      description: '',
      authenticationMethod: 'oauth',
      email: `${added}@harbour.example`,
      password: 'kettle & lantern: 100% u',
      allowedEndpoints: { kind: 'all' },
    },
    idempotencyKey: undefined,
  })
  if (result.outcome !== 'added' || result.secrets.kind !== 'oauth') throw new Error('not added')
  const { accessToken, refreshToken } = result.secrets
  return { id: result.credential.id, accessToken: accessToken.value, refreshToken: refreshToken.value }
}

function plane(at: number, more: Partial<TokensDeps> = {}): TokensDeps {
  const deps = planes[at % planes.length]
  if (!deps) throw new Error('there are no control planes')
  return { ...deps, ...more }
}

const refresh = (at: number, refreshToken: string, more: Partial<TokensDeps> = {}): Promise<Refreshed> =>
  refreshTokens(plane(at, more), { refreshToken, client: undefined, requestId: 'r' })

const winners = (all: readonly Refreshed[]) =>
  all.flatMap((each) => (each.outcome === 'refreshed' ? [each.pair] : []))

async function live(id: string, kind: string): Promise<number> {
  const [row] =
    await world.ask(`SELECT count(*) AS count FROM tokens JOIN token_families f ON f.id = family_id
    WHERE tokens.credential_id = '${id}' AND kind = '${kind}' AND tokens.revoked_at IS NULL AND rotated_at IS NULL
      AND f.revoked_at IS NULL`)
  return Number(row?.['count'])
}

describe.skipIf(POSTGRES_BIN === undefined)('two control planes over one PostgreSQL', () => {
  beforeAll(async () => {
    ground = await groundOnPostgres()
    world = await openWorld(ground)
    planes = [world.deps, { ...world.deps, db: ground.other }]
  })
  afterAll(async () => {
    await world?.close()
    await closeSharedPostgres()
  })

  it('have one winner of a hundred refreshes with one token, and the family lives', async () => {
    const { id, refreshToken } = await add()
    let presented = refreshToken
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = presented
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => refresh(at, token)))
      const won = winners(answers)
      expect(won).toHaveLength(1)
      expect(answers.filter((each) => each.outcome === 'refused' && each.changed)).toEqual([])
      expect(await live(id, 'refresh')).toBe(1)
      await world.catchUp()
      expect(ENDPOINT && world.call(won[0]?.accessToken.value ?? '', ENDPOINT)).toBe('allow')
      presented = won[0]?.refreshToken.value ?? ''
    }
  })

  it('leave nothing alive where the interval is 0: the second is taken for a thief', async () => {
    const strict = { settingsOf: () => ({ ...SETTINGS, reuseIntervalMs: 0 }) }
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, refreshToken, accessToken } = await add()
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => refresh(at, refreshToken, strict)),
      )
      const won = winners(answers)
      expect(won).toHaveLength(1)
      expect(answers.filter((each) => each.outcome === 'refused' && each.changed)).toHaveLength(1)
      expect([await live(id, 'refresh'), await live(id, 'access')]).toEqual([0, 0])
      await world.catchUp()
      for (const token of [accessToken, won[0]?.accessToken.value ?? ''])
        expect(ENDPOINT && world.call(token, ENDPOINT)).toBe('token_revoked')
    }
  })

  it.each(['revoke', 'deactivate', 'delete'] as const)(
    `let no token work once %s is over, minted before or during (${END_ROUNDS} rounds)`,
    async (what) => {
      let minted = 0
      for (let round = 0; round < END_ROUNDS; round += 1) {
        const pair = await add()
        const key = { ...CONTEXT, tenantId: ENTERPRISE.id, credentialId: pair.id, expected: 'any' } as const
        const ends = {
          revoke: () =>
            revokeToken(plane(1), { token: pair.refreshToken, client: undefined, requestId: 'r' }),
          deactivate: () => editCredential(plane(1), { ...key, edits: { active: false } }),
          delete: () => deleteCredential(plane(1), key),
        }
        // Now this one begins first, now that one.
        const refreshes = (): Promise<Refreshed>[] => [0, 1, 2].map((at) => refresh(at, pair.refreshToken))
        const before = round % 2 === 0 ? refreshes() : []
        const ending = ends[what]()
        const answers = await Promise.all([...before, ...(round % 2 === 0 ? [] : refreshes())])
        await ending
        const won = winners(answers)
        minted += won.length
        expect(won.length).toBeLessThanOrEqual(1)
        await world.catchUp()
        for (const token of [pair.accessToken, ...won.map(({ accessToken }) => accessToken.value)])
          expect(ENDPOINT && world.call(token, ENDPOINT)).not.toBe('allow')
        for (const token of [pair.refreshToken, ...won.map(({ refreshToken }) => refreshToken.value)])
          expect((await refresh(round, token)).outcome).toBe('refused')
      }
      process.stdout.write(
        `refresh beside ${what} on PostgreSQL: minted in ${minted} of ${END_ROUNDS} rounds\n`,
      )
    },
  )
})
