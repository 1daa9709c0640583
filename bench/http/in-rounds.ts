import type { Load } from './load.ts'
import { medianLoad } from './median-load.ts'

/** One that listens. */
export type Measured = {
  readonly name: string
  readonly port: number
  /** Processor time that it has taken until now. */
  readonly cpuSeconds: () => number
}

/** By the name of the program. */
export type Loads = ReadonlyMap<string, Load>

/**
 * Measures each of them once a round, one after another, so that what disturbs the machine for a while disturbs all alike.
 * Gives the medians.
 */
export async function inRounds(
  programs: readonly Measured[],
  rounds: number,
  measure: (program: Measured) => Promise<Load>,
): Promise<Loads> {
  const loads = new Map<string, Load[]>(programs.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const program of programs) {
      const before = program.cpuSeconds()
      const load = await measure(program)
      const perCpuSecond = load.answers / (program.cpuSeconds() - before)
      loads.get(program.name)?.push({ ...load, perCpuSecond })
    }
  }
  return new Map([...loads].map(([name, each]) => [name, medianLoad(each)]))
}
