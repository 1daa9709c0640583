import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { Logger } from 'pino'
import type { Policy } from '#policy/policy.ts'
import { changeLatest, changeListAfter } from '#storage/changes.ts'
import type { Database } from '#storage/database.ts'
import { policyRecordFind, policyRecordList } from '#storage/policy-records.ts'

/** The only road from the storage to the policy. */
export type Feed = {
  /** Reads the whole state once, before the first call is decided. */
  readonly load: () => Promise<void>
  /** Applies every change committed before this call. When it resolves, the policy decides by them. */
  readonly catchUp: () => Promise<void>
  /** Waits for work in progress and ends. */
  readonly close: () => Promise<void>
}

export type FeedOptions = {
  readonly db: Database
  readonly policy: Policy
  readonly log: Logger
  /** Epoch milliseconds. */
  readonly now: () => number
}

const CHANGES_AT_ONCE = 500
const RETRY_MS = 200

/** Follows the storage into the policy. */
export function createFeed({ db, policy, log, now }: FeedOptions): Feed {
  let applied = 0
  let running: Promise<void> = Promise.resolve()
  let retry: NodeJS.Timeout | undefined

  async function readChanges(): Promise<void> {
    for (;;) {
      const { changes, records } = await db.snapshot(undefined, async (trx) => {
        const listed = await changeListAfter(trx, applied, CHANGES_AT_ONCE)
        // A change names a credential; its newest state is applied, so several changes need one reading.
        const ids = new Set(listed.map((change) => change.credentialId))
        const found: PolicyRecord[] = []
        for (const credentialId of ids) {
          const record = await policyRecordFind(trx, credentialId)
          if (record) found.push(record)
        }
        return { changes: listed, records: found }
      })
      for (const record of records) policy.apply(record)
      applied = changes.at(-1)?.seq ?? applied
      if (changes.length < CHANGES_AT_ONCE) return
    }
  }

  function catchUp(): Promise<void> {
    // One after another: a reading that began before this call's change was committed does not count for it.
    const result = running.then(readChanges)
    running = result.catch((error: unknown) => {
      log.error({ err: error, applied }, 'the policy could not follow the storage; trying again')
      clearTimeout(retry)
      retry = setTimeout(() => void catchUp().catch(() => undefined), RETRY_MS)
    })
    return result
  }

  return {
    load: async () => {
      const state = await db.snapshot(undefined, async (trx) => ({
        seq: await changeLatest(trx),
        records: await policyRecordList(trx, { now: now() }),
      }))
      for (const record of state.records) policy.apply(record)
      applied = state.seq
    },
    catchUp,
    close: async () => {
      clearTimeout(retry)
      await running
      clearTimeout(retry)
    },
  }
}
