import { setTimeout as passed } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { type PgBouncer, sayWhetherPgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'

// Guarantee (security.md F-23): without NOTIFY changes take a moment longer to be found, and are all found.

const WHAT = 'control planes behind PgBouncer in transaction mode'
const CLICKS = faultRounds({ short: 20, long: 500 })
/** Each control plane needs one connection for itself where it listens, which it never gets back. */
const POOL_SIZE = 10
const canRun = sayWhetherPostgres(WHAT) && sayWhetherPgBouncer(WHAT)

describe.skipIf(!canRun || POSTGRES_BIN === undefined)('behind PgBouncer in transaction mode', () => {
  let cluster: Cluster
  let bouncer: PgBouncer
  beforeAll(async () => {
    cluster = await startCluster({
      controls: 2,
      gateways: 2,
      databasePort: async ({ url }) => {
        bouncer = await startPgBouncer(url, POOL_SIZE)
        return Number(new URL(bouncer.through(url)).port)
      },
    })
  })
  afterAll(async () => {
    await cluster?.close()
    await bouncer?.stop()
  })

  it('nothing is heard of LISTEN', async () => {
    const listener = new pg.Client({ connectionString: bouncer.through(cluster.postgres.url) })
    const speaker = new pg.Client({ connectionString: cluster.postgres.url })
    await Promise.all([listener.connect(), speaker.connect()])
    let heard = 0
    listener.on('notification', () => {
      heard += 1
    })
    await listener.query('listen a_channel_of_this_test')
    await speaker.query('notify a_channel_of_this_test')
    // Asking for anything would lend it a connection again, perhaps the one that listens.
    await passed(200)
    await Promise.all([listener.end(), speaker.end()])
    expect(heard).toBe(0)
  })

  it(`changes of either control plane reach every gateway before the answer, ${CLICKS} times`, {
    timeout: 1_200_000,
  }, async () => {
    const added = await cluster.add('behind PgBouncer')
    const elapsed: number[] = []
    for (let click = 0; click < CLICKS; click += 1) {
      const active = click % 2 === 1
      const control = cluster.controls[Math.floor(click / 2) % 2]
      const { status, json } = await cluster.admin('PATCH', `/credentials/${added.id}`, {
        body: { active },
        ifMatch: '*',
        // A gateway follows one of them: half of the changes are made by the other one, and must be found.
        ...(control && { control }),
      })
      expect(status).toBe(200)
      expect(json.receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
      elapsed.push(json.receipt.elapsedMs)
      for (const gateway of cluster.gateways)
        expect((await cluster.call(gateway, added.token)).status).toBe(active ? 200 : 401)
    }
    await cluster.equal()
    console.info(
      `${CLICKS} changes behind PgBouncer: gateways were waited for ${Math.max(...elapsed)} ms at most`,
    )
  })
})
