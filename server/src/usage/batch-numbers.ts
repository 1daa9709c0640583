import type { UseFiles } from './use-files.ts'

/** Numbers of batches. Each is higher than all that were given before, in this start of the program and in all others. */
export type BatchNumbers = {
  /** @param highest of the batches that are there; 0 for none */
  readonly open: (highest: number) => Promise<void>
  /** Rejects where it cannot be noted on the disk that the number is used. */
  readonly next: () => Promise<number>
}

const RESERVED_AT_ONCE = 100

export function createBatchNumbers(files: UseFiles, now: () => number): BatchNumbers {
  let last = 0
  let reserved = 0
  return {
    open: async (highest) => {
      // Where nothing says which numbers were used, the clock is ahead of all of them: nobody writes a batch in a millisecond.
      const before = (await files.readReserved()) ?? Math.floor(now())
      last = Math.max(before, highest)
      reserved = last
    },
    next: async () => {
      if (last >= reserved) {
        await files.writeReserved(last + RESERVED_AT_ONCE)
        reserved = last + RESERVED_AT_ONCE
      }
      last += 1
      return last
    },
  }
}
