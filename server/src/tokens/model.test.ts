import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeSharedPostgres } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../../../test/support/postgres.ts'
import { add, CREDENTIAL_COMMANDS } from './test/commands.ts'
import type { Model } from './test/model.ts'
import { groundOnPostgres } from './test/postgres-ground.ts'
import { createReal, type Real } from './test/real.ts'
import { TOKEN_COMMANDS } from './test/token-commands.ts'
import { ELITE, ENTERPRISE, groundInMemory, openWorld, START } from './test/world.ts'

// The use cases, the real storage, feed and policy follow drawn commands, and after each of them every token that was ever
// issued is tried. A failure prints the seed, the path and the shortest commands that show it.

const SEQUENCES = 10_000
const COMMANDS_MAX = 14

/** A run that never met one of these has proved nothing of it. */
const TO_BE_MET = [
  'added: oauth',
  'added: api_token',
  'OAuth in Elite refused',
  'title taken',
  'active: false',
  'active: true',
  'allowed',
  'another edition’s endpoint refused',
  'deleted',
  'deleted twice',
  'edited a deleted one',
  'restarted',
  'call: allow',
  'call: token',
  'call: endpoint_not_allowed',
  'call: endpoint_unknown',
  'refresh: refreshed',
  'refresh: race',
  'refresh: reuse',
  'refresh: foreign',
  'refresh: refused',
  'refresh: unknown',
  'revoked: true',
  'revoked: false',
  'ended by an operator: true',
  'issued anew',
  'issued beside',
  'issue: overlap_not_available',
  'client: client_credentials',
  'client: password',
  'client: resting',
  'client: unknown',
  'introspected: true',
  'introspected: false',
]

const GROUNDS = [
  { name: 'SQLite', missing: false, open: () => groundInMemory(), sequences: SEQUENCES },
  {
    name: 'PostgreSQL',
    missing: POSTGRES_BIN === undefined,
    open: groundOnPostgres,
    sequences: SEQUENCES / 100,
  },
]
sayWhetherPostgres('the model of credentials and tokens')
afterAll(closeSharedPostgres)

async function setup(real: Real): Promise<{ model: Model; real: Real }> {
  await real.empty()
  const model: Model = { now: START, credentials: [], tokens: [] }
  await add(model, real, { tenant: ELITE, method: 'api_token', title: 0 })
  await add(model, real, { tenant: ENTERPRISE, method: 'oauth', title: 0 })
  return { model, real }
}

describe.each(GROUNDS)('credentials, tokens, generations and the clock on $name', (ground) => {
  const { missing, open, sequences } = ground
  describe.skipIf(missing)('in sequences of commands', () => {
    let real: Real
    beforeAll(async () => {
      real = createReal(await openWorld(await open()))
    })
    afterAll(async () => await real?.world.close())

    it(`do what the model does (${sequences} sequences)`, { timeout: 3_600_000 }, async () => {
      const commands = fc.commands([...CREDENTIAL_COMMANDS, ...TOKEN_COMMANDS], {
        maxCommands: COMMANDS_MAX,
        size: 'max',
      })
      await fc.assert(
        fc.asyncProperty(commands, async (drawn) => {
          const { model } = await setup(real)
          await fc.asyncModelRun(() => ({ model, real }), drawn)
        }),
        { numRuns: sequences },
      )
      process.stdout.write(
        `what the model met on ${ground.name}: ${JSON.stringify(Object.fromEntries(real.met))}\n`,
      )
      // What few sequences meet is left to chance.
      if (sequences < SEQUENCES) return
      for (const what of TO_BE_MET)
        expect(real.met.get(what) ?? 0, what).toBeGreaterThanOrEqual(SEQUENCES / 1000)
    })
  })
})
