/** The clock of the database's machine, as this process knows it. */
export type DatabaseClock = {
  /** Epoch milliseconds. This machine's own clock before the database was heard. */
  readonly now: () => number
  /** The database said that it was `at`, at some moment between two of this machine's clock. */
  readonly observe: (answer: {
    readonly at: number
    readonly sentAt: number
    readonly answeredAt: number
  }) => void
}

/**
 * Control planes that share a database share its clock: leases, and until when a gateway decides, are compared between them,
 * and one whose own clock is wrong would not wait for gateways that another one hears. Follows at once, by the smallest
 * correction that fits what was said.
 */
export function createDatabaseClock(wall: () => number): DatabaseClock {
  let offset = 0
  let isSet = false
  return {
    now: () => Math.floor(wall() + offset),
    observe: ({ at, sentAt, answeredAt }) => {
      const [low, high] = [at - answeredAt, at - sentAt]
      // This machine's clock was set back meanwhile.
      if (!(low <= high)) return
      offset = isSet ? Math.min(Math.max(offset, low), high) : (low + high) / 2
      isSet = true
    },
  }
}
