import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Policy } from '#policy/policy.ts'
import { SourceError } from './change-source.ts'
import { isPolicyRecord } from './check-record.ts'
import { createPolicyDigest, type PolicyDigest } from './policy-digest.ts'
import type { FeedMessage } from './protocol.ts'

type Change = Extract<FeedMessage, { kind: 'change' }>

/** What everything is decided by, in one word of control planes and gateways. */
export type Position = { readonly seq: number; readonly digest: string }

/** The policy, and which position of the feed it is at. Throws SourceError `damaged` for what must not be decided by. */
export type KnownState = {
  /** Undefined before anything was loaded. */
  readonly position: () => Position | undefined
  /** Of the position. */
  readonly seq: () => number | undefined
  /**
   * Takes a whole snapshot, and changes after it if there are some, any number of messages at a time. Only when all of it
   * has come and fits together is it decided by, in one step. `onTaken` is called for each message, before that.
   */
  readonly load: (
    messages: AsyncIterable<readonly FeedMessage[]>,
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
    load: async (messages, onTaken) => {
      const staged = policy.stage()
      const loading = createLoading(staged.apply)
      let taken = 0
      for await (const some of messages) {
        for (const message of some) {
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
      if (known === undefined) throw damaged('a change came before any snapshot')
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

type Loading = {
  readonly take: (message: FeedMessage) => void
  /** Throws where something is missing. */
  readonly done: () => { readonly seq: number; readonly digest: PolicyDigest }
}

function createLoading(apply: (record: Change['record']) => void): Loading {
  const digest = createPolicyDigest()
  let begun: Extract<FeedMessage, { kind: 'snapshot_begin' }> | undefined
  let records = 0
  /** Of the last change that is in it, once the snapshot itself is complete. */
  let seq: number | undefined
  function put(record: Change['record']): void {
    if (!isPolicyRecord(record)) throw damaged('a record cannot be read')
    apply(record)
    digest.apply(record)
  }
  return {
    take: (message) => {
      if (begun === undefined) {
        begun = checkBegin(message)
      } else if (message.kind === 'record' && seq === undefined) {
        records += 1
        if (records > begun.count) throw damaged('a snapshot has more records than it says')
        put(message.record)
      } else if (message.kind === 'snapshot_end' && seq === undefined) {
        if (records !== begun.count) throw damaged('a snapshot has fewer records than it says')
        if (message.digest !== digest.read())
          throw damaged('the digest of a snapshot is not that of its records')
        seq = begun.seq
      } else if (message.kind === 'change' && seq !== undefined) {
        checkNext(message, seq)
        put(message.record)
        seq = message.seq
      } else throw damaged(`a snapshot has a message that does not belong there: ${message.kind}`)
    },
    done: () => {
      if (seq === undefined) throw damaged('a snapshot has no end')
      return { seq, digest }
    },
  }
}

function checkBegin(message: FeedMessage): Extract<FeedMessage, { kind: 'snapshot_begin' }> {
  if (message.kind !== 'snapshot_begin') throw damaged('a snapshot has no beginning')
  const { seq, count } = message
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  if (!isCount(seq) || !isCount(count)) throw damaged('the beginning of a snapshot cannot be read')
  return message
}

function checkNext({ seq, record }: Change, after: number): void {
  if (seq !== after + 1) throw damaged(`change ${seq} came after ${after}: something is missing`)
  if (!isPolicyRecord(record)) throw damaged('the record of a change cannot be read')
}

function damaged(message: string): SourceError {
  return new SourceError('damaged', message)
}
