import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { policyRecordList } from '#storage/policy-records.ts'
import { closeSharedPostgres, DATABASES, type Opened } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../../../test/support/postgres.ts'
import { open, openFresh } from '../../../test/support/postgres-bench.ts'
import { createLocalSource } from './local-source.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { digestOf } from './read-snapshot.ts'
import { startFollower } from './test/follower.ts'
import { addCredential, changeCredential, readableLog, TENANT } from './test/written.ts'

const CREDENTIALS = 20
const CHANGES_OF_EACH = 100

type ControlPlane = { readonly storage: Storage; readonly publisher: Publisher; readonly nodes: Nodes }

sayWhetherPostgres('two control planes over one database')

afterAll(closeSharedPostgres)

describe.each(DATABASES.filter(({ missing }) => !missing))(
  'two control planes over one $name',
  ({ open }) => {
    let opened: Opened
    let planes: readonly [ControlPlane, ControlPlane]

    beforeEach(async () => {
      opened = await open()
      planes = [await controlPlane(opened.storage), await controlPlane(await opened.other())]
    })
    afterEach(async () => {
      for (const { nodes, publisher } of planes) {
        await nodes.close()
        await publisher.close()
      }
      await opened.close()
    })

    async function controlPlane(storage: Storage): Promise<ControlPlane> {
      const { log } = readableLog()
      const publisher = createPublisher({ storage, now: Date.now, log })
      const nodes = await createNodes({
        db: storage.db,
        // Of SQLite there is one process only; the parts are told that there may be others all the same.
        shared: true,
        now: Date.now,
        log,
        publisher,
        maxStaleMs: () => 60_000,
        configDigest: 'same',
      })
      return { storage, publisher, nodes }
    }

    it('that write at the same time lead every follower to the digest of the database', async () => {
      const [one, other] = planes
      const tenants = ['tnt_one', 'tnt_two', 'tnt_three']
      const written = Array.from({ length: CREDENTIALS }, (_, index) => ({
        id: `cred_${index}`,
        tenant: tenants[index % tenants.length] ?? TENANT,
        plane: index % 2 === 0 ? one : other,
      }))
      for (const { id, tenant, plane } of written) await addCredential(plane.storage, id, tenant)
      const followers = await Promise.all(
        [one, one, other, other].map((plane) => startFollower(createLocalSource(plane))),
      )
      const losing = await startFollower(createLocalSource(one), { lose: (seq) => seq === 1_000 })
      await Promise.all(
        written.map(async ({ id, tenant, plane }, place) => {
          for (let count = 0; count < CHANGES_OF_EACH; count += 1)
            await changeCredential(plane.storage, id, { active: (count + place) % 3 !== 0 }, tenant)
        }),
      )
      const last = CREDENTIALS * (CHANGES_OF_EACH + 1)
      expect(await one.publisher.caughtUp()).toBe(last)
      const records = await other.storage.db.snapshot(undefined, (trx) =>
        policyRecordList(trx, { now: Date.now() }),
      )
      const digest = await digestOf({ records })
      for (const follower of followers) {
        await follower.reached(last)
        expect(follower.faults).toEqual([])
        expect(follower.seq()).toBe(last)
        expect(follower.digest()).toBe(digest)
        await follower.stop()
      }
      expect(await other.publisher.digest()).toEqual({ seq: last, digest })
      await losing.reached(last)
      expect(losing.faults).toEqual(['1001 after 999'])
      await losing.stop()
    })

    it('each know by when the gateways of the other one have confirmed', async () => {
      const [one, other] = planes
      await addCredential(one.storage, 'cred_a')
      const followers = [
        await startFollower(createLocalSource(one), { name: 'first-gateway' }),
        await startFollower(createLocalSource(other), { name: 'second-gateway' }),
      ]
      const took: number[] = []
      for (let count = 0; count < 40; count += 1) {
        const plane = count % 2 === 0 ? one : other
        const seq = await changeCredential(plane.storage, 'cred_a', { active: count % 2 === 0 })
        const receipt = await plane.nodes.confirm({ tenantId: TENANT })
        expect(receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
        expect(followers.map((follower) => follower.seq() >= seq)).toEqual([true, true])
        took.push(receipt.elapsedMs)
      }
      took.sort((first, second) => first - second)
      console.info(
        `receipts of 2 gateways at 2 control planes: median ${took[20]} ms, longest ${took[39]} ms`,
      )
      for (const follower of followers) {
        expect(follower.faults).toEqual([])
        await follower.stop()
      }
    })
  },
)

describe.skipIf(POSTGRES_BIN === undefined)('control planes whose clocks are wrong', () => {
  it.each([-20, 20])("by %i minutes wait for one another's gateways all the same", async (minutes) => {
    const right = await openFresh()
    const wrong = await open(right.url, { now: () => Date.now() + minutes * 60_000 })
    const [one, other] = await Promise.all(
      [right, wrong].map(async ({ storage }) => {
        const { log } = readableLog()
        const { db, now } = storage
        const publisher = createPublisher({ storage, now, log })
        onTestFinished(publisher.close)
        const maxStaleMs = (): number => 15 * 60_000
        const nodes = await createNodes({
          db,
          now,
          log,
          publisher,
          maxStaleMs,
          shared: true,
          configDigest: 'same',
        })
        onTestFinished(nodes.close)
        return nodes
      }),
    )
    expect(Math.abs(wrong.storage.now() - Date.now())).toBeLessThan(5_000)
    expect(wrong.log.join('')).toContain("this machine's clock is not the database's")
    for (const [heard, asked] of [
      [one, other],
      [other, one],
    ]) {
      const nodeId = heard === one ? 'node_of_the_one' : 'node_of_the_other'
      const digest = '0'.repeat(32)
      await heard?.acknowledge({ nodeId, instance: nodeId, name: 'g', seq: 0, digest, configDigest: 'same' })
      await addCredential(right.storage, `cred_${nodeId}`)
      const receipt = await asked?.confirm({ tenantId: TENANT, waitMs: 100 })
      expect(receipt?.pending).toContainEqual(expect.objectContaining({ id: nodeId, state: 'late' }))
    }
  })
})
