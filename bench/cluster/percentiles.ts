/** @param share from 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** `p50`, `p99` and the greatest, as cells of a table, in milliseconds. */
export function cells(values: readonly number[]): string {
  const greatest = percentile(values, 1)
  return [percentile(values, 0.5), percentile(values, 0.99), greatest].map((ms) => ms.toFixed(1)).join(' | ')
}

const BOUNDS = [5, 10, 20, 50, 100, 200, 500, 1_000, Number.POSITIVE_INFINITY] as const

/** How many there are up to each of some bounds, as a table. */
export function histogram(columns: Readonly<Record<string, readonly number[]>>): string {
  const names = Object.keys(columns)
  const rows = BOUNDS.map((bound, index) => {
    const from = BOUNDS[index - 1] ?? 0
    const label = Number.isFinite(bound) ? `${from} to ${bound}` : `more than ${from}`
    const counts = names.map((name) => columns[name]?.filter((ms) => ms > from && ms <= bound).length)
    return `| ${label} | ${counts.join(' | ')} |`
  })
  return [`| ms | ${names.join(' | ')} |`, `|---|${names.map(() => '--:|').join('')}`, ...rows].join('\n')
}
