import type { Logger } from 'pino'

/** What only the outermost program may read. */
export type Surroundings = {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Milliseconds that only grow, whatever is done to the clock of the machine. */
  readonly monotonic: () => number
  /** From 0 to 1, for delays: nothing that has to be secret. */
  readonly random: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
}
