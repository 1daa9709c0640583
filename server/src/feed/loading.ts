import type { StagedPolicy } from '#policy/staged-policy.ts'
import { SourceError } from './change-source.ts'
import { isPolicyRecord } from './check-record.ts'
import type { PackedRecords } from './packed-records.ts'
import { createPolicyDigest, type PolicyDigest } from './policy-digest.ts'
import type { FeedMessage } from './protocol.ts'
import { takePacked } from './take-packed.ts'

type Change = Extract<FeedMessage, { kind: 'change' }>

/** A snapshot, and changes after it, on their way to be decided by. Throws SourceError `damaged` where they do not fit together. */
export type Loading = {
  readonly take: (message: FeedMessage) => void
  /** The same for many records, where files have them. */
  readonly takePacked: (packed: PackedRecords) => void
  /** Throws where something is missing. */
  readonly done: () => { readonly seq: number; readonly digest: PolicyDigest }
}

export function createLoading(staged: StagedPolicy): Loading {
  const digest = createPolicyDigest()
  let begun: Extract<FeedMessage, { kind: 'snapshot_begin' }> | undefined
  let records = 0
  /** Of the last change that is in it, once the snapshot itself is complete. */
  let seq: number | undefined
  function put(record: unknown): void {
    if (!isPolicyRecord(record)) throw damaged('a record cannot be read')
    staged.apply(record)
    digest.apply(record)
  }
  function counted(more: number, { count }: { readonly count: number }): void {
    records += more
    if (records > count) throw damaged('a snapshot has more records than it says')
  }
  return {
    take: (message) => {
      if (begun === undefined) {
        begun = checkBegin(message)
      } else if (message.kind === 'record' && seq === undefined) {
        counted(1, begun)
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
    takePacked: (packed) => {
      if (begun === undefined || seq !== undefined)
        throw damaged('a snapshot has records that do not belong there')
      if (records === 0) {
        const room = Math.min(begun.count, ROOM_MAX)
        staged.reserve(room)
        digest.reserve(room)
      }
      counted(takePacked(packed, { staged, digest, put }), begun)
    },
    done: () => {
      if (seq === undefined) throw damaged('a snapshot has no end')
      return { seq, digest }
    },
  }
}

/** Credentials that room is made for at once, whatever a file says. */
const ROOM_MAX = 20_000_000

function checkBegin(message: FeedMessage): Extract<FeedMessage, { kind: 'snapshot_begin' }> {
  if (message.kind !== 'snapshot_begin') throw damaged('a snapshot has no beginning')
  const { seq, count } = message
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  if (!isCount(seq) || !isCount(count)) throw damaged('the beginning of a snapshot cannot be read')
  return message
}

/** Throws unless this is the change after that position. */
export function checkNext({ seq, record }: Change, after: number): void {
  if (seq !== after + 1) throw damaged(`change ${seq} came after ${after}: something is missing`)
  if (!isPolicyRecord(record)) throw damaged('the record of a change cannot be read')
}

function damaged(message: string): SourceError {
  return new SourceError('damaged', message)
}
