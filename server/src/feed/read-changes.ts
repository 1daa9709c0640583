import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { type Change, changeLatest, changeListAfter } from '#storage/changes.ts'
import type { Database, Queries } from '#storage/database.ts'
import { policyRecordFind } from '#storage/policy-records.ts'

const CHANGES_AT_ONCE = 500

export type ReadChanges =
  | {
      readonly kind: 'changes'
      /** In order, the first one right after the position asked for. At most 500. */
      readonly changes: readonly { readonly seq: number; readonly record: PolicyRecord }[]
      /** The newest change of the database. */
      readonly latest: number
    }
  /** The position is not one of this database: those after it are not kept any more, or it was restored from a backup. */
  | { readonly kind: 'lost'; readonly latest: number }

/** Changes after a position, with each credential as it is now, as of one instant. */
export async function readChanges(db: Database, after: number): Promise<ReadChanges> {
  return await db.snapshot(undefined, async (trx) => {
    const latest = await changeLatest(trx)
    if (latest === after) return { kind: 'changes', changes: [], latest }
    if (latest < after) return { kind: 'lost', latest }
    const changes = await changeListAfter(trx, after, CHANGES_AT_ONCE)
    // Counted in the order of commits: a number that is missing is a change that nobody would ever see.
    const whole = changes.length > 0 && changes.every(({ seq }, index) => seq === after + 1 + index)
    if (!whole) return { kind: 'lost', latest }
    const records = await readRecords(trx, changes)
    return {
      kind: 'changes',
      latest,
      changes: changes.map((change) => ({
        seq: change.seq,
        record: records.get(change.credentialId) ?? deletedRecord(change),
      })),
    }
  })
}

/** A change names a credential; several of one need one reading. */
async function readRecords(
  trx: Queries,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, PolicyRecord>> {
  const records = new Map<string, PolicyRecord>()
  for (const id of new Set(changes.map((change) => change.credentialId))) {
    const record = await policyRecordFind(trx, id)
    if (record) records.set(id, record)
  }
  return records
}

/** Of a credential without even a tombstone: whatever a gateway knows of it opens nothing any more. */
function deletedRecord({ credentialId: id, tenantId }: Change): PolicyRecord {
  return {
    id,
    tenantId,
    active: false,
    deleted: true,
    allowedEndpoints: { kind: 'only', endpoints: [] },
    tokens: [],
  }
}
