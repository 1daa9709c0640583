import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeListAfter } from '#storage/changes.ts'
import type { Storage } from '#storage/database.ts'
import { policyRecordList } from '#storage/policy-records.ts'
import { forgetOnce } from './forget-old-changes.ts'
import { createLocalSource } from './local-source.ts'
import { createNodes, type Nodes } from './nodes.ts'
import type { FeedMessage } from './protocol.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { digestOf } from './read-snapshot.ts'
import { createRecentChanges } from './recent-changes.ts'
import { startFollower } from './test/follower.ts'
import {
  addCredential,
  changeCredential,
  digestOfToken,
  readableLog,
  removable,
  temporarySqlite,
} from './test/written.ts'

const now = Date.now
const DAY = 24 * 60 * 60 * 1000

let storage: Storage
let publisher: Publisher
let nodes: Nodes
let lines: string[]
let away: (isAway: boolean) => void
const signal = new AbortController().signal

beforeEach(async () => {
  const opened = await temporarySqlite()
  const made = removable(opened.db)
  away = made.away
  storage = { ...opened, db: made.db }
  const logging = readableLog()
  lines = logging.lines
  publisher = createPublisher({ storage, now, log: logging.log })
  nodes = await createNodes({
    db: storage.db,
    shared: false,
    now,
    log: logging.log,
    publisher,
    maxStaleMs: () => 60_000,
    configDigest: 'same',
  })
})
afterEach(async () => {
  away(false)
  await nodes.close()
  await publisher.close()
  await storage.close()
})

const source = () => createLocalSource({ publisher, nodes })

async function take(messages: AsyncIterable<FeedMessage>, count: number): Promise<FeedMessage[]> {
  const taken: FeedMessage[] = []
  for await (const message of messages) {
    taken.push(message)
    if (taken.length === count) break
  }
  return taken
}

async function databaseDigest(): Promise<string> {
  return await digestOf({
    records: await storage.db.snapshot(undefined, (trx) => policyRecordList(trx, { now: now() })),
  })
}

describe('the publisher', () => {
  it('hands on every change in the order of commits, and deleted credentials as deleted', async () => {
    await addCredential(storage, 'cred_before')
    const follower = await startFollower(source())
    expect(follower.seq()).toBe(1)
    await addCredential(storage, 'cred_a')
    await addCredential(storage, 'cred_b')
    await changeCredential(storage, 'cred_a', { active: false })
    const last = await changeCredential(storage, 'cred_b', { deletedAt: now() })
    publisher.wake()
    await follower.reached(last)
    expect(follower.faults).toEqual([])
    expect(follower.digest()).toBe(await databaseDigest())
    expect(await publisher.digest()).toEqual({ seq: last, digest: follower.digest() })
    const changes = follower.messages.filter((message) => message.kind === 'change')
    expect(changes.map(({ seq, record }) => [seq, record.id])).toEqual([
      [2, 'cred_a'],
      [3, 'cred_b'],
      [4, 'cred_a'],
      [5, 'cred_b'],
    ])
    expect(changes.at(-1)?.record).toMatchObject({ id: 'cred_b', deleted: true })
    await follower.stop()
  })

  it('finds changes that nobody woke it for', async () => {
    const follower = await startFollower(source())
    await follower.reached(await addCredential(storage, 'cred_a'))
    expect(follower.seq()).toBe(1)
    await follower.stop()
  })

  it('has read everything that was committed before it is asked', async () => {
    for (let count = 1; count <= 20; count += 1) {
      const seq = await addCredential(storage, `cred_${count}`)
      expect(await publisher.caughtUp()).toBe(seq)
    }
  })

  it('sends heartbeats with the newest position while nothing changes', async () => {
    await addCredential(storage, 'cred_a')
    const messages = await take(source().changes(1, signal), 2)
    expect(messages).toMatchObject([
      { kind: 'heartbeat', seq: 1 },
      { kind: 'heartbeat', seq: 1 },
    ])
  })

  it('brings a follower up from the database where its position is before what is in memory', async () => {
    for (let count = 1; count <= 700; count += 1) await addCredential(storage, `cred_${count}`)
    const later = createPublisher({ storage, now, log: readableLog().log })
    await later.caughtUp()
    const seqs = (await take(createLocalSource({ publisher: later, nodes }).changes(3, signal), 697)).map(
      (message) => message.kind === 'change' && message.seq,
    )
    expect(seqs).toEqual(Array.from({ length: 697 }, (_, index) => index + 4))
    await later.close()
  })

  it('says reload for a position that is newer than the newest: the database is an older one', async () => {
    await addCredential(storage, 'cred_a')
    expect(await take(source().changes(2, signal), 5)).toEqual([{ kind: 'reload' }])
  })

  it('says reload for a position after which changes are not kept any more', async () => {
    for (const id of ['cred_a', 'cred_b', 'cred_c']) await addCredential(storage, id)
    await storage.db.acrossTenants((trx) => trx.deleteFrom('changes').where('seq', '<=', 2).execute())
    const later = createPublisher({ storage, now, log: readableLog().log })
    await later.caughtUp()
    const from = createLocalSource({ publisher: later, nodes })
    expect(await take(from.changes(1, signal), 5)).toEqual([{ kind: 'reload' }])
    expect(await take(from.changes(2, signal), 1)).toMatchObject([{ kind: 'change', seq: 3 }])
    await later.close()
  })

  it('says reload to who is behind by more than 10,000 changes, and not to who is by fewer', async () => {
    await addCredential(storage, 'cred_a')
    await storage.db.acrossTenants(async (trx) => {
      const values = Array.from({ length: 10_001 }, (_, index) => ({
        seq: index + 2,
        tenant_id: 'tnt_one',
        credential_id: 'cred_a',
        occurred_at: 1,
      }))
      for (let from = 0; from < values.length; from += 500)
        await trx
          .insertInto('changes')
          .values(values.slice(from, from + 500))
          .execute()
      await trx.updateTable('change_counter').set({ seq: 10_002 }).execute()
    })
    expect(await take(source().changes(1, signal), 5)).toEqual([{ kind: 'reload' }])
    expect(await take(source().changes(2, signal), 1)).toMatchObject([{ kind: 'change', seq: 3 }])
  })

  it('says reload to everybody when the database is restored from a backup while it runs', async () => {
    for (const id of ['cred_a', 'cred_b']) await addCredential(storage, id)
    const follower = await startFollower(source())
    await storage.db.acrossTenants(async (trx) => {
      await trx.deleteFrom('changes').where('seq', '=', 2).execute()
      await trx.updateTable('change_counter').set({ seq: 1 }).execute()
    })
    await follower.reached(Number.POSITIVE_INFINITY)
    expect(follower.messages.at(-1)).toEqual({ kind: 'reload' })
    expect(await publisher.caughtUp()).toBe(1)
    await follower.stop()
  })

  it('outlives its database: says so once in the log, and misses nothing', async () => {
    const follower = await startFollower(source())
    away(true)
    for (let count = 0; count < 5; count += 1)
      await expect(publisher.caughtUp()).rejects.toThrow('ECONNREFUSED')
    await expect(source().snapshot(signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'unreachable',
    })
    await expect(take(source().changes(0, signal), 1)).rejects.toMatchObject({ code: 'unreachable' })
    away(false)
    const seq = await addCredential(storage, 'cred_a')
    await follower.reached(seq)
    expect(follower.faults).toEqual([])
    expect(lines.filter((line) => line.includes('"level":50'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('over: '))).toHaveLength(1)
    await follower.stop()
  })

  it('writes no digest of a token into its log', async () => {
    await addCredential(storage, 'cred_a')
    await (await startFollower(source())).stop()
    away(true)
    await expect(publisher.digest()).rejects.toMatchObject({ code: 'unreachable' })
    expect(lines.join('')).not.toContain(digestOfToken('cred_a'))
  })

  it('ends its followers when it is closed', async () => {
    const follower = await startFollower(source())
    await publisher.close()
    await follower.reached(Number.POSITIVE_INFINITY)
    expect(follower.faults).toEqual([])
  })
})

describe('what is kept', () => {
  it('are the changes of seven days, and always the newest, without a gap even where clocks went back', async () => {
    const ages = [9, 8, 1, 8, 0]
    await addCredential(storage, 'cred_a')
    for (const age of ages) await changeCredential(storage, 'cred_a', { occurredAt: now() - age * DAY })
    const { log } = readableLog()
    await forgetOnce({ db: storage.db, now, log }, signal)
    const kept = async () =>
      (await storage.db.snapshot(undefined, (trx) => changeListAfter(trx, 0, 100))).map(({ seq }) => seq)
    expect(await kept()).toEqual([4, 5, 6])
    await forgetOnce({ db: storage.db, now: () => now() + 30 * DAY, log }, signal)
    expect(await kept()).toEqual([6])
  })

  it('in memory are so many lines, and so much text, at most', () => {
    const recent = createRecentChanges({ countMax: 3, lengthMax: 10 })
    recent.restart(7)
    for (let count = 8; count < 1_000; count += 1) recent.append(`${count}`)
    expect([recent.base(), recent.newest()]).toEqual([996, 999])
    expect(recent.after(997, 10)).toEqual(['998', '999'])
    recent.append('123456789')
    expect([recent.base(), recent.newest()]).toEqual([999, 1_000])
    recent.append('more than ten')
    expect([recent.base(), recent.newest()]).toEqual([1_000, 1_001])
    expect(recent.after(1_000, 10)).toEqual(['more than ten'])
    expect(recent.after(1_001, 10)).toEqual([])
  })
})
