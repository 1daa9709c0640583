import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { closeSharedPostgres, sharedPostgres } from '../../../test/support/databases.ts'
import { type PgBouncer, sayWhetherPgBouncer, startPgBouncer } from '../../../test/support/pgbouncer.ts'
import { POSTGRES_BIN } from '../../../test/support/postgres.ts'
import { countAll, each, fill, open } from '../../../test/support/postgres-bench.ts'
import { changeAppend, changeListAfter } from './changes.ts'

const HAS_BOTH =
  sayWhetherPgBouncer('that nothing of a transaction outlives it') && POSTGRES_BIN !== undefined
/** Fewer than either process has to the bouncer, so that they share them. */
const SERVER_CONNECTIONS = 3

afterAll(closeSharedPostgres)

async function behindBouncer(): Promise<{ readonly url: string; readonly bouncer: PgBouncer }> {
  const { url } = await (await sharedPostgres()).freshDatabase()
  const bouncer = await startPgBouncer(url, SERVER_CONNECTIONS)
  onTestFinished(async () => await bouncer.stop())
  return { url: bouncer.through(url), bouncer }
}

describe.skipIf(!HAS_BOTH)('behind a PgBouncer in transaction mode', () => {
  it('each transaction sees its own tenant, however connections are passed around', async () => {
    const { url } = await behindBouncer()
    const [one, other] = [await open(url), await open(url)]
    await fill(one.db, 'a')
    await fill(other.db, 'b')
    const asked = Array.from({ length: 90 }, async (_, at) => {
      const { db } = at % 2 === 0 ? one : other
      if (at % 3 === 0) return await db.snapshot('a', countAll)
      return at % 3 === 1 ? await db.inTenant('b', countAll) : await db.snapshot(undefined, countAll)
    })
    const answers = await Promise.all(asked)
    expect(answers).toEqual(answers.map((_, at) => each(at % 3 === 2 ? 2 : 1)))
  })

  it('changes are counted without gaps while two processes write, and are found though nobody is woken', async () => {
    const { url } = await behindBouncer()
    const [one, other] = [await open(url), await open(url)]
    const stop = one.storage.onChange(() => undefined)
    const writers = Array.from({ length: 8 }, async (_, at) => {
      for (let round = 0; round < 20; round += 1) {
        const tenantId = `tenant ${at % 3}`
        await (at % 2 === 0 ? one : other).db.inTenant(tenantId, (trx) =>
          changeAppend(trx, { tenantId, credentialId: 'c', occurredAt: 0 }),
        )
      }
    })
    await Promise.all(writers)
    const changes = await one.db.snapshot(undefined, (trx) => changeListAfter(trx, 0, 500))
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 160 }, (_, at) => at + 1))
    stop()
  })

  it('is served again after it was killed and started anew', async () => {
    const { url, bouncer } = await behindBouncer()
    const { db } = await open(url)
    await Promise.all(Array.from({ length: 5 }, () => db.snapshot(undefined, countAll)))
    await bouncer.restart()
    // The connections that broke are noticed: one by being used, the others while idle.
    expect(await db.inTenant('a', countAll)).toEqual(each(0))
  })
})
