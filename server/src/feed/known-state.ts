import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Policy } from '#policy/policy.ts'
import { SourceError } from './change-source.ts'
import { checkNext, createLoading } from './loading.ts'
import type { PackedRecords } from './packed-records.ts'
import type { PolicyDigest } from './policy-digest.ts'
import type { FeedMessage } from './protocol.ts'

type Change = Extract<FeedMessage, { kind: 'change' }>

/** What everything is decided by, in one word of control planes and gateways. */
export type Position = { readonly seq: number; readonly digest: string }

/** Some messages, or records as the file of a snapshot has them. */
export type SnapshotPart = readonly FeedMessage[] | PackedRecords

/** The policy, and which position of the feed it is at. Throws SourceError `damaged` for what must not be decided by. */
export type KnownState = {
  /** Undefined before anything was loaded. */
  readonly position: () => Position | undefined
  /** Of the position. */
  readonly seq: () => number | undefined
  /**
   * Takes a whole snapshot, and changes after it if there are some, any number at a time. Only when all of it has come and
   * fits together is it decided by, in one step. `onTaken` is called for each message, before that; for packed records it is
   * not. Each part is of use only until the next one is asked for.
   */
  readonly load: (
    parts: AsyncIterable<SnapshotPart>,
    onTaken?: (message: FeedMessage) => void | Promise<void>,
  ) => Promise<Position>
  /** False where it has been applied before. A gap throws. */
  readonly apply: (change: Change) => boolean
}

/** Messages between two turns of other work: some milliseconds. */
const MESSAGES_AT_ONCE = 200

export function createKnownState(policy: Policy): KnownState {
  let known: { seq: number; readonly digest: PolicyDigest } | undefined
  const position = (): Position | undefined => known && { seq: known.seq, digest: known.digest.read() }
  return {
    position,
    seq: () => known?.seq,
    load: async (parts, onTaken) => {
      const staged = policy.stage()
      const loading = createLoading(staged)
      let taken = 0
      for await (const part of parts) {
        if ('kind' in part) {
          loading.takePacked(part)
          await othersFirst()
          continue
        }
        for (const message of part) {
          loading.take(message)
          if (onTaken) await onTaken(message)
          taken += 1
          if (taken % MESSAGES_AT_ONCE === 0) await othersFirst()
        }
      }
      const { seq, digest } = loading.done()
      staged.commit()
      known = { seq, digest }
      return { seq, digest: digest.read() }
    },
    apply: (change) => {
      if (known === undefined) throw new SourceError('damaged', 'a change came before any snapshot')
      const { seq, record } = change
      if (seq <= known.seq) return false
      checkNext(change, known.seq)
      policy.apply(record)
      known.digest.apply(record)
      known.seq = seq
      return true
    },
  }
}
