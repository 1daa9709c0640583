import type { Logger } from 'pino'

/** What only the outermost program may read. */
export type Surroundings = {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Milliseconds that only grow, whatever is done to the clock of the machine. */
  readonly monotonic: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
}
