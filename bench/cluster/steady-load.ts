import type { Cluster, Gateway } from '#test/support/cluster.ts'

/** One call of a load. Instants are those of `performance.now()`. */
export type Taken = {
  readonly sentAt: number
  readonly ms: number
  /** 200, or with the code of the refusal; or why no answer began. */
  readonly outcome: string
}

/** Calls that begin at their time, whether those before have been answered or not; each gateway in its turn. */
export type SteadyLoad = { readonly end: () => Promise<readonly Taken[]> }

const TICK_MS = 10

export function startSteadyLoad(
  { call, gateways }: Cluster,
  { perSecond, tokens }: { readonly perSecond: number; readonly tokens: readonly string[] },
): SteadyLoad {
  const taken: Taken[] = []
  const underway = new Set<Promise<void>>()
  const begunAt = performance.now()
  let sent = 0
  const one = async (gateway: Gateway, token: string): Promise<void> => {
    const sentAt = performance.now()
    const outcome = await call(gateway, token).then(
      ({ status, code }) => (code === undefined ? String(status) : `${status} ${code}`),
      (error: NodeJS.ErrnoException) => error.code ?? error.name,
    )
    taken.push({ sentAt, ms: performance.now() - sentAt, outcome })
  }
  const timer = setInterval(() => {
    const due = ((performance.now() - begunAt) / 1_000) * perSecond
    for (; sent < due; sent += 1) {
      const [gateway, token] = [gateways[sent % gateways.length], tokens[sent % tokens.length]]
      if (!gateway || token === undefined) throw new Error('a load needs gateways and tokens')
      const running = one(gateway, token).finally(() => underway.delete(running))
      underway.add(running)
    }
  }, TICK_MS)
  return {
    end: async () => {
      clearInterval(timer)
      await Promise.all(underway)
      return taken
    },
  }
}

/** How many there are of each outcome, in words. */
export function outcomes(taken: readonly Taken[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of taken) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `${count} x ${outcome}`).join(', ')
}
