import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { nodeForget, nodeList, type StoredNode } from '#storage/nodes.ts'
import { createNodes, type Nodes, type NodesOptions } from './nodes.ts'
import type { Acknowledgement } from './protocol.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { receiptOf } from './receipt-of.ts'
import { addCredential, readableLog, removable, TENANT, temporarySqlite } from './test/written.ts'

const MINUTE = 60_000
const SECOND = 1_000

let time: number
let storage: Storage
let publisher: Publisher
let away: (isAway: boolean) => void
const opened: { readonly close: () => Promise<void> }[] = []

beforeEach(async () => {
  time = 1_000_000_000_000
  const real = await temporarySqlite()
  const made = removable(real.db)
  away = made.away
  storage = { ...real, db: made.db }
  publisher = createPublisher({ storage, now, log: readableLog().log })
  opened.push(storage, publisher)
})
afterEach(async () => {
  away(false)
  for (const each of opened.splice(0).toReversed()) await each.close()
})

const now = (): number => time

async function controlPlane(options: Partial<NodesOptions> = {}): Promise<Nodes> {
  const nodes = await createNodes({
    db: storage.db,
    shared: false,
    now,
    log: readableLog().log,
    publisher,
    maxStaleMs: () => 15 * MINUTE,
    configDigest: 'same',
    ...options,
  })
  opened.push(nodes)
  return nodes
}

function acknowledgement(name: string, seq: number, instance = 'first'): Acknowledgement {
  return {
    nodeId: `node_${name}`,
    instance: `instance_${name}_${instance}`,
    name,
    seq,
    digest: '0'.repeat(32),
    configDigest: 'same',
  }
}

async function rows(): Promise<readonly StoredNode[]> {
  return await storage.db.snapshot(undefined, nodeList)
}

describe('a receipt', () => {
  it('counts a gateway that was killed and started again once, with a control plane that was too', async () => {
    await (await controlPlane()).acknowledge(acknowledgement('a', 0, 'killed'))
    time += 2 * SECOND
    const nodes = await controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0, 'again'))
    const seq = await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq, 'again'))
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({
      gateways: 1,
      confirmed: 1,
      pending: [],
    })
    expect(nodes.leases()).toBe(1)
  })

  it('says that every gateway has confirmed, as soon as the last one has', async () => {
    const nodes = await controlPlane()
    for (const name of ['a', 'b', 'c']) await nodes.acknowledge(acknowledgement(name, 0))
    const seq = await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    await nodes.acknowledge(acknowledgement('b', seq))
    const receipt = nodes.confirm({ tenantId: TENANT })
    const notYet = new Promise((resolve) => setTimeout(resolve, 50, 'not yet'))
    expect(await Promise.race([receipt, notYet])).toBe('not yet')
    await nodes.acknowledge(acknowledgement('c', seq))
    expect(await receipt).toMatchObject({ gateways: 3, confirmed: 3, pending: [] })
    expect(nodes.incompleteReceipts()).toBe(0)
  })

  it('counts no acknowledgement of a position before the change', async () => {
    const nodes = await controlPlane()
    await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', 1))
    await addCredential(storage, 'cred_b')
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 60 })).toMatchObject({
      gateways: 1,
      confirmed: 0,
      pending: [
        { id: 'node_a', name: 'a', state: 'late', lastSeenAt: time, decidesUntil: time + 15 * MINUTE },
      ],
    })
    expect(nodes.incompleteReceipts()).toBe(1)
  })

  it('counts nobody who decides by changes of a database that was lost, whatever their numbers', async () => {
    const nodes = await controlPlane()
    for (let index = 0; index < 3; index += 1) await addCredential(storage, `cred_${index}`)
    // It had 5 of them when the backup was put in place that has 3; two more have come since.
    const here = publisher.follow(3, new AbortController().signal)[Symbol.asyncIterator]()
    await here.next()
    await nodes.acknowledge(acknowledgement('a', 5))
    const receipt = { gateways: 1, confirmed: 0, pending: [{ id: 'node_a', state: 'late' }] }
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 20 })).toMatchObject(receipt)
    for (let index = 3; index < 5; index += 1)
      expect(await addCredential(storage, `cred_${index}`)).toBeGreaterThan(5)
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 20 })).toMatchObject(receipt)
    // So does everybody else load everything anew who was on the way there.
    await publisher.caughtUp()
    const lines: string[] = []
    for await (const some of publisher.follow(3, new AbortController().signal)) lines.push(...some)
    expect(lines.map((line) => line.includes('"kind":"reload"'))).toEqual([true])
    await here.return?.(undefined)
    // Numbers that no database has had leave no gap: they come from something that is broken.
    const before = await publisher.caughtUp()
    await nodes.acknowledge(acknowledgement('b', Number.MAX_SAFE_INTEGER))
    expect(await publisher.caughtUp()).toBe(before)
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 20 })).toMatchObject({ gateways: 2, confirmed: 0 })
  })

  it('is there at once where there is no gateway', async () => {
    const nodes = await controlPlane()
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({
      gateways: 0,
      confirmed: 0,
      pending: [],
    })
  })

  it('waits for nobody without a lease, and names who may decide all the same until when', async () => {
    const nodes = await controlPlane({ maxStaleMs: (tenant) => (tenant === TENANT ? 15 * MINUTE : 0) })
    await nodes.acknowledge(acknowledgement('a', 0))
    const seenAt = time
    await addCredential(storage, 'cred_a')
    time += 10 * SECOND
    const silent = await nodes.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    expect(silent).toMatchObject({
      gateways: 1,
      confirmed: 0,
      pending: [{ id: 'node_a', state: 'silent', lastSeenAt: seenAt, decidesUntil: seenAt + 15 * MINUTE }],
    })
    // Of a tenant that tolerates nothing, it refuses every call by now.
    expect(await nodes.confirm({ tenantId: 'tnt_strict' })).toMatchObject({ gateways: 0, pending: [] })
    time = seenAt + 15 * MINUTE - 1
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 1, confirmed: 0 })
    time += 1
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 0, pending: [] })
  })

  it('goes by the settings of a gateway that has others than the control plane', async () => {
    const nodes = await controlPlane({ configDigest: 'ours-900000' })
    const others = { a: 'ours-900000', b: 'theirs-3600000', c: 'shorter-60000', d: 'nobody-knows' }
    for (const [name, configDigest] of Object.entries(others))
      await nodes.acknowledge({ ...acknowledgement(name, 0), configDigest })
    const seenAt = time
    await addCredential(storage, 'cred_a')
    time += 10 * SECOND
    const { pending } = await nodes.confirm({ tenantId: TENANT })
    expect(pending.map(({ name, decidesUntil }) => [name, (decidesUntil - seenAt) / MINUTE])).toEqual([
      ['a', 15],
      ['b', 60],
      ['c', 15],
      ['d', 24 * 60],
    ])
    time = seenAt + 20 * MINUTE
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 2, confirmed: 0 })
  })

  it('stops waiting when the lease ends meanwhile', async () => {
    const nodes = await controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0))
    await addCredential(storage, 'cred_a')
    const receipt = nodes.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    time += 10 * SECOND
    expect(await receipt).toMatchObject({ gateways: 1, confirmed: 0, pending: [{ state: 'silent' }] })
  })

  it('names a stopped gateway and does not count it', async () => {
    const nodes = await controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0))
    await nodes.acknowledge(acknowledgement('b', 1))
    await nodes.leave(acknowledgement('a', 0))
    const seq = await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('b', seq))
    const receipt = await nodes.confirm({ tenantId: TENANT })
    expect(receipt).toMatchObject({
      gateways: 1,
      confirmed: 1,
      pending: [{ id: 'node_a', state: 'stopped' }],
    })
    expect(nodes.incompleteReceipts()).toBe(0)
    expect((await rows()).map(({ id, stoppedAt }) => [id, stoppedAt])).toEqual([
      ['node_a', time],
      ['node_b', undefined],
    ])
    // It has begun again.
    await nodes.acknowledge(acknowledgement('a', 0, 'second'))
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 0 })).toMatchObject({ gateways: 2, confirmed: 1 })
  })

  it('confirms nobody where the database is away, and is no error', async () => {
    const nodes = await controlPlane()
    const seq = await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    away(true)
    const receipt = await nodes.confirm({ tenantId: TENANT, waitMs: 200 })
    expect(receipt).toMatchObject({ gateways: 1, confirmed: 0, pending: [{ id: 'node_a', state: 'late' }] })
    await expect(nodes.acknowledge(acknowledgement('a', seq))).rejects.toMatchObject({ code: 'unreachable' })
    await nodes.leave(acknowledgement('a', seq))
    expect(await nodes.list()).toMatchObject([{ id: 'node_a', state: 'stopped' }])
  })

  it('is complete where the database comes back in time', async () => {
    const nodes = await controlPlane()
    const seq = await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    away(true)
    const receipt = nodes.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    await new Promise((resolve) => setTimeout(resolve, 50))
    away(false)
    expect(await receipt).toMatchObject({ gateways: 1, confirmed: 1, pending: [] })
  })
})

describe('a receipt where several control planes share the database', () => {
  it('waits for the gateways of the others', async () => {
    const [here, there] = [await controlPlane({ shared: true }), await controlPlane({ shared: true })]
    await here.acknowledge(acknowledgement('a', 0))
    await there.acknowledge(acknowledgement('b', 0))
    const seq = await addCredential(storage, 'cred_a')
    await here.acknowledge(acknowledgement('a', seq))
    expect(await here.confirm({ tenantId: TENANT, waitMs: 60 })).toMatchObject({
      gateways: 2,
      confirmed: 1,
      pending: [{ id: 'node_b', state: 'late' }],
    })
    const receipt = here.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    await new Promise((resolve) => setTimeout(resolve, 30))
    await there.acknowledge(acknowledgement('b', seq))
    expect(await receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
  })

  it('knows who left another control plane', async () => {
    const [here, there] = [await controlPlane({ shared: true }), await controlPlane({ shared: true })]
    await here.acknowledge(acknowledgement('a', 0))
    await there.leave(acknowledgement('a', 0))
    await addCredential(storage, 'cred_a')
    expect(await here.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })).toMatchObject({
      gateways: 0,
      pending: [{ id: 'node_a', state: 'stopped' }],
    })
  })

  it('claims nothing where it cannot look who is there', async () => {
    const real = storage.db
    let broken = false
    const db = {
      ...real,
      snapshot: ((tenant, work) => {
        if (broken) throw new Error('no')
        return real.snapshot(tenant, work)
      }) as typeof real.snapshot,
    }
    const nodes = await controlPlane({ shared: true, db })
    const seq = await addCredential(storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    broken = true
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 50 })).toMatchObject({ gateways: 1, confirmed: 0 })
  })
})

describe('the id of a gateway', () => {
  for (const shared of [false, true]) {
    it(`is taken over by a later start, and the earlier one is refused from then on (shared: ${shared})`, async () => {
      const nodes = await controlPlane({ shared })
      await nodes.acknowledge(acknowledgement('a', 0))
      const seq = await addCredential(storage, 'cred_a')
      await nodes.acknowledge(acknowledgement('a', 0, 'second'))
      await expect(nodes.acknowledge(acknowledgement('a', seq))).rejects.toMatchObject({ code: 'superseded' })
      expect(await nodes.confirm({ tenantId: TENANT, waitMs: 50 })).toMatchObject({
        gateways: 1,
        confirmed: 0,
      })
      await nodes.leave(acknowledgement('a', 0))
      await nodes.acknowledge(acknowledgement('a', seq, 'second'))
      expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({
        gateways: 1,
        confirmed: 1,
        pending: [],
      })
      expect((await rows()).map(({ instance, stoppedAt }) => [instance, stoppedAt])).toEqual([
        ['instance_a_second', undefined],
      ])
    })
  }

  it('is lost to a later start at another control plane', async () => {
    const [here, there] = [await controlPlane({ shared: true }), await controlPlane({ shared: true })]
    await here.acknowledge(acknowledgement('a', 0))
    await there.acknowledge(acknowledgement('a', 0, 'second'))
    for (let count = 0; count < 2; count += 1)
      await expect(here.acknowledge(acknowledgement('a', 0))).rejects.toMatchObject({ code: 'superseded' })
    await expect(there.acknowledge(acknowledgement('a', 0))).rejects.toMatchObject({ code: 'superseded' })
    await here.acknowledge(acknowledgement('a', 0, 'second'))
    expect(await here.list()).toHaveLength(1)
  })

  it('does not go back and forth where control planes forget: one start keeps it', async () => {
    await (await controlPlane({ shared: true })).acknowledge(acknowledgement('a', 0))
    const [here, there] = [await controlPlane({ shared: true }), await controlPlane({ shared: true })]
    const outcomes: string[] = []
    for (let count = 0; count < 4; count += 1) {
      for (const [nodes, instance] of [[here, 'first'] as const, [there, 'second'] as const]) {
        const outcome = await nodes.acknowledge(acknowledgement('a', 0, instance)).then(
          () => 'holds',
          (error: { code: string }) => error.code,
        )
        outcomes.push(`${instance} ${outcome}`)
      }
    }
    expect(outcomes.slice(2)).toEqual(
      Array.from({ length: 3 }, () => ['first superseded', 'second holds']).flat(),
    )
  })
})

describe('what is written', () => {
  it('is every acknowledgement where the database is shared', async () => {
    const nodes = await controlPlane({ shared: true })
    await nodes.acknowledge(acknowledgement('a', 0))
    time += 1
    const answer = await nodes.acknowledge(acknowledgement('a', 0))
    expect(answer).toEqual({ at: time, seq: 0, leaseMs: 10_000 })
    expect(await rows()).toMatchObject([{ lastSeenAt: time, leaseUntil: time + 10 * SECOND }])
  })

  it('is the first one, and one every five seconds, where it is not; after a restart it is said to decide for so long', async () => {
    const nodes = await controlPlane()
    const begun = time
    await nodes.acknowledge(acknowledgement('a', 0))
    time += 4 * SECOND
    await nodes.acknowledge(acknowledgement('a', 0))
    expect(await rows()).toMatchObject([{ lastSeenAt: begun }])
    await addCredential(storage, 'cred_a')
    time += 20 * SECOND
    const restarted = await controlPlane()
    expect(await restarted.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })).toMatchObject({
      gateways: 1,
      pending: [
        { state: 'silent', lastSeenAt: begun + 5 * SECOND, decidesUntil: begun + 5 * SECOND + 15 * MINUTE },
      ],
    })
    await nodes.acknowledge(acknowledgement('a', 0))
    expect(await rows()).toMatchObject([{ lastSeenAt: time }])
  })

  it('is answered with the time that it was heard at, however long the database takes', async () => {
    const nodes = await controlPlane({
      publisher: {
        ...publisher,
        caughtUp: async () => {
          time += 1_900
          return 0
        },
      },
    })
    const { at } = await nodes.acknowledge(acknowledgement('a', 0))
    // Receipts count from the one, and the gateway's next start from the other.
    expect((await rows()).map(({ lastSeenAt }) => lastSeenAt)).toEqual([at])
  })

  it('never makes a gateway seen earlier than it was, whichever acknowledgement comes last', async () => {
    const nodes = await controlPlane({ shared: true })
    await nodes.acknowledge(acknowledgement('a', 0))
    const seenAt = time
    time -= 500
    await nodes.acknowledge(acknowledgement('a', 0))
    expect(await rows()).toMatchObject([{ lastSeenAt: seenAt, leaseUntil: time + 10 * SECOND }])
  })

  it('is forgotten when nobody has heard of it for long enough', async () => {
    const nodes = await controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0))
    await storage.db.acrossTenants((trx) => nodeForget(trx, time))
    expect(await rows()).toHaveLength(1)
    await storage.db.acrossTenants((trx) => nodeForget(trx, time + 1))
    expect(await rows()).toEqual([])
  })
})

describe('the list of gateways', () => {
  it('says of each how far it is, whether it is connected, and whether it is the same as here', async () => {
    const nodes = await controlPlane()
    const seq = await addCredential(storage, 'cred_a')
    await addCredential(storage, 'cred_b')
    const { digest, seq: newest } = await publisher.digest()
    await nodes.acknowledge({ ...acknowledgement('gone', seq), configDigest: 'other' })
    time += 11 * SECOND
    await nodes.acknowledge({ ...acknowledgement('equal', newest), digest })
    await nodes.acknowledge({ ...acknowledgement('wrong', newest), digest: 'f'.repeat(32) })
    expect(await nodes.list()).toMatchObject([
      {
        id: 'node_equal',
        name: 'equal',
        state: 'connected',
        behind: 0,
        sameDigest: true,
        sameConfiguration: true,
      },
      { id: 'node_gone', state: 'silent', behind: 1, sameDigest: undefined, sameConfiguration: false },
      { id: 'node_wrong', state: 'connected', behind: 0, sameDigest: false },
    ])
    expect(nodes.leases()).toBe(2)
  })
})

describe('what a receipt says of a gateway', () => {
  const node: StoredNode = {
    id: 'node_a',
    instance: 'instance_a',
    name: 'a',
    seq: 5,
    digest: '',
    configDigest: '',
    lastSeenAt: 1_000,
    leaseUntil: 11_000,
    stoppedAt: undefined,
  }
  it('is that it decides for three seconds without contact at least, whatever the tenant tolerates', () => {
    const facts = { position: 6, now: 2_000, maxStaleMs: 0, configDigest: '' }
    const stopped = { ...node, stoppedAt: 1_500, leaseUntil: 1_500 }
    expect(receiptOf([stopped], facts).pending).toMatchObject([{ state: 'stopped', decidesUntil: 4_000 }])
    expect(receiptOf([stopped], { ...facts, now: 4_000 })).toEqual({
      gateways: 0,
      confirmed: 0,
      complete: true,
      pending: [],
    })
  })
  it('does not claim to name everybody where the database could not be asked', () => {
    const facts = { position: undefined, now: 2_000, maxStaleMs: 60_000, configDigest: '' }
    expect(receiptOf([], facts)).toEqual({ gateways: 0, confirmed: 0, complete: false, pending: [] })
    expect(receiptOf([node], facts)).toMatchObject({ gateways: 1, confirmed: 0, complete: false })
  })
  it('is nothing of one that stopped knowing the change', () => {
    const facts = { position: 5, now: 2_000, maxStaleMs: 60_000, configDigest: '' }
    expect(receiptOf([{ ...node, stoppedAt: 1_500 }], facts)).toEqual({
      gateways: 0,
      confirmed: 0,
      complete: true,
      pending: [],
    })
  })
})
