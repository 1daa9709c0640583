import type { Cluster, Gateway } from '../../test/support/cluster.ts'

/** One call of a load. Instants are those of `performance.now()`. */
export type Taken = {
  readonly sentAt: number
  readonly ms: number
  /** 0: no answer began. */
  readonly status: number
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
    const status = await call(gateway, token).then(
      (answer) => answer.status,
      () => 0,
    )
    taken.push({ sentAt, ms: performance.now() - sentAt, status })
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
