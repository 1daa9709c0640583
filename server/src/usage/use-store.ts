import { createBatchNumbers } from './batch-numbers.ts'
import { inTurns } from './one-at-a-time.ts'
import type { UseBatch } from './use-batch.ts'
import { createUseFiles, type UseFile, type UseFiles } from './use-files.ts'

/** Batches that wait to be sent, in order, within a bound. One file operation at a time: a disk that hangs holds one thread. */
export type UseStore = {
  /** Higher than every number that was given before, in this start of the program and in all others. */
  readonly nextNumber: () => Promise<number>
  /** Rejects where it is not known to be kept; the same batch may then be added again. */
  readonly add: (batch: UseBatch) => Promise<void>
  /** The first in order; damaged ones are put aside on the way. */
  readonly first: () => Promise<UseBatch | undefined>
  /** It has arrived. */
  readonly remove: (number: number) => Promise<void>
  /** It will never arrive. */
  readonly putAside: (number: number) => Promise<void>
  readonly totals: () => StoreTotals
}

export type StoreTotals = {
  /** Given up for want of room, since the program began. */
  readonly droppedBatches: number
  readonly droppedCalls: number
  /** Put aside since then: not as they were written, or refused by the control plane. */
  readonly damagedBatches: number
  readonly waitingBatches: number
  readonly waitingBytes: number
}

export type UseStoreOptions = {
  readonly directory: string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly maxBytes: number
  readonly onDropped: () => void
  readonly onDamaged: (number: number) => void
}

type Waiting = { files: UseFile[]; droppedBatches: number; droppedCalls: number; damagedBatches: number }

export function createUseStore({
  directory,
  now,
  maxBytes,
  onDropped,
  onDamaged,
}: UseStoreOptions): UseStore {
  const files = createUseFiles(directory)
  const numbers = createBatchNumbers(files, now)
  const waiting: Waiting = { files: [], droppedBatches: 0, droppedCalls: 0, damagedBatches: 0 }
  const inTurn = inTurns(async () => {
    waiting.files = [...(await files.list())]
    await numbers.open(waiting.files.at(-1)?.number ?? 0)
  })
  const forget = (number: number): void => {
    waiting.files = waiting.files.filter((file) => file.number !== number)
  }

  async function putAside(number: number): Promise<void> {
    await files.putAside(number)
    forget(number)
    waiting.damagedBatches += 1
    onDamaged(number)
  }

  return {
    nextNumber: () => inTurn(numbers.next),
    add: (batch) =>
      inTurn(async () => {
        waiting.files.push(await files.write(batch))
        // It is kept; where an older one cannot be dropped, that is tried again with the next.
        if (await dropBeyond(maxBytes, files, waiting).catch(() => false)) onDropped()
      }),
    first: () =>
      inTurn(async () => {
        for (let next = waiting.files[0]; next; next = waiting.files[0]) {
          const read = await files.read(next.number)
          if (read.ok) return read.batch
          await putAside(next.number)
        }
        return undefined
      }),
    remove: (number) =>
      inTurn(async () => {
        await files.remove(number)
        forget(number)
      }),
    putAside: (number) => inTurn(() => putAside(number)),
    totals: () => {
      const { files: left, ...counted } = waiting
      return { ...counted, waitingBatches: left.length, waitingBytes: bytesOf(left) }
    },
  }
}

/**
 * Drops the oldest until the others fit; whether there were any. Never the first: it may have arrived already, with the
 * answer lost, and would then be both counted and said to be dropped.
 */
async function dropBeyond(maxBytes: number, files: UseFiles, waiting: Waiting): Promise<boolean> {
  let dropped = false
  for (let next = waiting.files[1]; next && bytesOf(waiting.files) > maxBytes; next = waiting.files[1]) {
    const read = await files.read(next.number)
    await files.remove(next.number)
    waiting.files.splice(1, 1)
    waiting.droppedBatches += 1
    waiting.droppedCalls += read.ok ? callsOf(read.batch) : 0
    dropped = true
  }
  return dropped
}

function bytesOf(files: readonly UseFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

function callsOf({ calls }: UseBatch): number {
  return calls.reduce((sum, row) => sum + row.calls, 0)
}
