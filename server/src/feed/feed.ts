import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Policy } from '#policy/policy.ts'
import { changeLatest, changeListAfter } from '#storage/changes.ts'
import { policyRecordFind, policyRecordList } from '#storage/policy-records.ts'
import type { Schema } from '#storage/schema.ts'

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
  readonly db: Kysely<Schema>
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
      const changes = await changeListAfter(db, applied, CHANGES_AT_ONCE)
      // A change names a credential; its newest state is applied, so several changes need one reading.
      for (const credentialId of new Set(changes.map((change) => change.credentialId))) {
        const record = await policyRecordFind(db, credentialId)
        if (record) policy.apply(record)
      }
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
      // Position first, state second: a change in between is applied twice, never missed.
      applied = await changeLatest(db)
      for (const record of await policyRecordList(db, { now: now() })) policy.apply(record)
    },
    catchUp,
    close: async () => {
      clearTimeout(retry)
      await running
      clearTimeout(retry)
    },
  }
}
