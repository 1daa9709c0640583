/** When tokens were last seen in calls, between two writings. Counting costs a call one entry of a map, never a wait. */
export type TokenUse = {
  /** @param now epoch milliseconds */
  readonly note: (tokenId: string, now: number) => void
  /** What was noted since the last time, which is forgotten here. */
  readonly take: () => ReadonlyMap<string, number>
}

export function createTokenUse(): TokenUse {
  let seen = new Map<string, number>()
  return {
    note: (tokenId, now) => void seen.set(tokenId, now),
    take: () => {
      const taken = seen
      seen = new Map()
      return taken
    },
  }
}
