import { changeLatest } from '#storage/changes.ts'
import type { Database } from '#storage/database.ts'
import { policyRecordList } from '#storage/policy-records.ts'
import { createFresh } from './fresh.ts'
import { digestOf } from './read-snapshot.ts'

/** What the whole database comes to at a position. */
export type DigestAt = { readonly seq: number; readonly digest: string }

/** Reads the digest of the database, anew only after a change. */
export function createDigestReader(
  db: Database,
  now: () => number,
): { readonly read: () => Promise<DigestAt>; readonly forget: () => void } {
  let remembered: DigestAt | undefined
  const read = createFresh(async () => {
    const known = remembered
    const found = await db.snapshot(undefined, async (trx) => {
      const seq = await changeLatest(trx)
      return { seq, records: known?.seq === seq ? undefined : await policyRecordList(trx, { now: now() }) }
    })
    if (found.records === undefined && known !== undefined) return known
    const fresh = { seq: found.seq, digest: await digestOf({ records: found.records ?? [] }) }
    remembered = fresh
    return fresh
  })
  return {
    read,
    forget: () => {
      remembered = undefined
    },
  }
}
