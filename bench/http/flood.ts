import type { Measured } from './in-rounds.ts'
import type { Load } from './load.ts'
import type { Machine } from './machine.ts'
import { medianLoad } from './median-load.ts'
import type { Steady } from './steady.ts'
import type { Traffic } from './traffic.ts'
import { runWrk } from './wrk.ts'

/** What a good caller notices. */
export type Flood = {
  /** Of the good caller, when nobody else calls. */
  readonly alone: Load
  /** Beside as many bad tokens as are answered. */
  readonly besideBad: Load
  /** Beside as many good calls as are answered: what any load does to it. */
  readonly besideGood: Load
  readonly bad: Load
}

export type FloodOptions = {
  readonly machine: Machine
  readonly steady: Steady
  readonly traffic: Traffic
  readonly rounds: number
  readonly seconds: number
}

export const GOOD_CALLER = { perSecond: 500, connections: 8 } as const

/** A good caller at a small fixed rate: alone, beside a flood of bad tokens, and beside one of good ones. */
export async function measureFlood({ port }: Measured, options: FloodOptions): Promise<Flood> {
  const { machine, steady, traffic, rounds, seconds } = options
  const caller = (): Promise<Load> => steady({ port, requests: traffic.good, seconds, ...GOOD_CALLER })
  const flood = (requests: string): Promise<Load> => runWrk(machine, { port, requests, seconds })
  const [alone, besideBad, besideGood, bad]: [Load[], Load[], Load[], Load[]] = [[], [], [], []]
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await caller())
    const [good, flooded] = await Promise.all([caller(), flood(traffic.bad)])
    besideBad.push(good)
    bad.push(flooded)
    const [other] = await Promise.all([caller(), flood(traffic.good)])
    besideGood.push(other)
  }
  return {
    alone: medianLoad(alone),
    besideBad: medianLoad(besideBad),
    besideGood: medianLoad(besideGood),
    bad: medianLoad(bad),
  }
}
