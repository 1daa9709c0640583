/** A row of the table that is printed. */
export type Row = {
  readonly what: string
  readonly figure: string
  /** What issue or guarantee asks for. */
  readonly aim: string
  /** Undefined: told for its own sake. */
  readonly isMet: boolean | undefined
}

/** The value that so many of a hundred do not exceed (nearest rank); NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}

export function inMs(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`
}

/** p50, p99 and the greatest. */
export function spread(values: readonly number[]): string {
  return [
    `p50 ${inMs(percentile(values, 50))}`,
    `p99 ${inMs(percentile(values, 99))}`,
    `max ${inMs(percentile(values, 100))}`,
  ].join(', ')
}

/** In Markdown. */
export function toTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, figure, aim, isMet }) => {
    const met = isMet === undefined ? '' : isMet ? 'yes' : '**no**'
    return `| ${what} | ${figure} | ${aim} | ${met} |`
  })
  return ['| what | figure | aim | met |', '|---|---|---|---|', ...lines, ''].join('\n')
}
