const DAY_MS = 24 * 60 * 60 * 1000

/**
 * A digest of settings that says for how long a gateway with these settings decides without contact at most: receipts of control
 * planes with others would promise too much otherwise.
 */
export function withLongestStale(digest: string, longestStaleMs: number): string {
  return `${digest}-${longestStaleMs}`
}

/** What it says, in milliseconds; where it says nothing, the longest that settings allow. */
export function longestStaleMs(configDigest: string): number {
  const [, said] = /-([0-9]{1,8})$/.exec(configDigest) ?? []
  return said === undefined ? DAY_MS : Number(said)
}
