import type { KnownToken } from './known-token.ts'

/**
 * What rows say, as objects, for the rows that were asked for lately: steady traffic makes no garbage. Whoever changes a row
 * drops its view first, or somebody would be let in by what is not so any more.
 */
export type Views = {
  readonly get: (row: number) => KnownToken | undefined
  readonly keep: (row: number, view: KnownToken) => void
  readonly drop: (row: number) => void
}

/** A power of two. Some ten megabytes when full. */
const VIEWS_MAX = 32_768
const SETS = VIEWS_MAX / 2

/**
 * Each row has two places, one after another: where there was but one, of ten thousand tokens in use each second one would push
 * out another one at every call.
 */
export function createViews(): Views {
  const rows = new Int32Array(VIEWS_MAX).fill(-1)
  const views: (KnownToken | undefined)[] = Array.from({ length: VIEWS_MAX }, () => undefined)
  const firstOf = (row: number): number => (row & (SETS - 1)) * 2
  return {
    get: (row) => {
      const first = firstOf(row)
      if (rows[first] === row) return views[first]
      return rows[first + 1] === row ? views[first + 1] : undefined
    },
    keep: (row, view) => {
      const first = firstOf(row)
      // The newest one comes first; the one before the last goes.
      rows[first + 1] = rows[first] ?? -1
      views[first + 1] = views[first]
      rows[first] = row
      views[first] = view
    },
    drop: (row) => {
      const first = firstOf(row)
      for (const place of [first, first + 1]) {
        if (rows[place] !== row) continue
        rows[place] = -1
        views[place] = undefined
      }
    },
  }
}
