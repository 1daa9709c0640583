import { setImmediate as othersFirst } from 'node:timers/promises'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { changeLatest } from '#storage/changes.ts'
import type { Database } from '#storage/database.ts'
import { policyRecordList } from '#storage/policy-records.ts'
import { createPolicyDigest } from './policy-digest.ts'
import type { FeedMessage } from './protocol.ts'

/** Everything that is decided by, as of one instant. */
export type PolicySnapshot = {
  /** The newest change that is in it. */
  readonly seq: number
  readonly at: number
  readonly records: readonly PolicyRecord[]
}

/** Reads position and records in one transaction. */
export async function readSnapshot(db: Database, now: () => number): Promise<PolicySnapshot> {
  return await db.snapshot(undefined, async (trx) => {
    const seq = await changeLatest(trx)
    const at = now()
    return { seq, at, records: await policyRecordList(trx, { now: at }) }
  })
}

const RECORDS_AT_ONCE = 100

/** The messages of a snapshot, some at a time: other work gets its turn in between, however many credentials there are. */
export async function* snapshotMessages(snapshot: PolicySnapshot): AsyncGenerator<readonly FeedMessage[]> {
  const { seq, at, records } = snapshot
  const digest = createPolicyDigest()
  yield [{ kind: 'snapshot_begin', seq, at, count: records.length }]
  for (let from = 0; from < records.length; from += RECORDS_AT_ONCE) {
    const some = records.slice(from, from + RECORDS_AT_ONCE)
    for (const record of some) digest.apply(record)
    yield some.map((record) => ({ kind: 'record', record }))
    await othersFirst()
  }
  yield [{ kind: 'snapshot_end', digest: digest.read() }]
}

/** The digest of all records. */
export async function digestOf({ records }: Pick<PolicySnapshot, 'records'>): Promise<string> {
  const digest = createPolicyDigest()
  for (const [index, record] of records.entries()) {
    digest.apply(record)
    if (index % RECORDS_AT_ONCE === RECORDS_AT_ONCE - 1) await othersFirst()
  }
  return digest.read()
}
