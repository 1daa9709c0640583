const ENTRIES_MAX = 10_000
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** From where a client has authenticated lately: others' failures do not lock it out there. In memory, bounded. */
export function createKnownNetworks(now: () => number): {
  readonly has: (clientKey: string, network: string) => boolean
  readonly note: (clientKey: string, network: string) => void
} {
  const seen = new Map<string, number>()
  const key = (clientKey: string, network: string): string => `${network} ${clientKey}`
  return {
    has: (clientKey, network) => (seen.get(key(clientKey, network)) ?? 0) > now() - KEPT_MS,
    note: (clientKey, network) => {
      // Set anew, so that the oldest stands first.
      seen.delete(key(clientKey, network))
      seen.set(key(clientKey, network), now())
      const oldest = seen.keys().next().value
      if (seen.size > ENTRIES_MAX && oldest !== undefined) seen.delete(oldest)
    },
  }
}
