import type { Load } from './load.ts'

/** The middle one; NaN of none. */
function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** One for many rounds: medians of rates and times, sums of what was counted. */
export function medianLoad(loads: readonly Load[]): Load {
  const middle = (name: keyof Load): number => median(loads.map((load) => load[name]))
  const sum = (name: keyof Load): number => loads.reduce((all, load) => all + load[name], 0)
  return {
    perSecond: middle('perSecond'),
    p50: middle('p50'),
    p99: middle('p99'),
    answers: sum('answers'),
    refused: sum('refused'),
    broken: sum('broken'),
    perCpuSecond: middle('perCpuSecond'),
  }
}
