import { z } from 'zod'
import { HOUR_MS } from './use-counter.ts'

/** Rows and tokens of one batch together: so few that writing them holds up nobody. */
export const BATCH_ROWS_MAX = 1000

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !/\p{Cc}/u.test(value), 'No control characters.')

const count = z.number().int().nonnegative()

/** What a gateway has counted, under a number that is higher than those of its batches before. */
export const UseBatchSchema = z.strictObject({
  nodeId: text(100).min(1),
  number: count.min(1).max(Number.MAX_SAFE_INTEGER),
  calls: z
    .array(
      z.strictObject({
        credentialId: text(100),
        /** Empty for calls that reach none, or were refused before one was known. */
        endpointId: text(4000),
        /** `allowed`, or the reason of the refusal: also one that only later programs know. */
        outcome: z.string().regex(/^[a-z_]{1,60}$/),
        /** Its beginning, epoch milliseconds. */
        hour: count
          .max(Number.MAX_SAFE_INTEGER)
          .refine((at) => at % HOUR_MS === 0, 'The beginning of an hour.'),
        // More than any gateway answers in an hour; sums of it stay far from what numbers can hold.
        calls: count.max(1_000_000_000),
      }),
    )
    .max(BATCH_ROWS_MAX),
  tokens: z
    .array(z.strictObject({ tokenId: text(100), usedAt: count.max(Number.MAX_SAFE_INTEGER) }))
    .max(BATCH_ROWS_MAX),
})

export type UseBatch = Readonly<z.infer<typeof UseBatchSchema>>

/** Where batches go. */
export type UseSink = {
  /** Resolves when it has been written, or had been before. Rejects with UseRefusedError where it never will be. */
  readonly send: (batch: UseBatch) => Promise<void>
}

/** The batch is understood by nobody, however often it is sent. */
export class UseRefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UseRefusedError'
  }
}
