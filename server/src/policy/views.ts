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

/** A power of two. Some megabytes when full. */
const VIEWS_MAX = 16_384

export function createViews(): Views {
  const rows = new Int32Array(VIEWS_MAX).fill(-1)
  const views: (KnownToken | undefined)[] = Array.from({ length: VIEWS_MAX }, () => undefined)
  return {
    get: (row) => (rows[row & (VIEWS_MAX - 1)] === row ? views[row & (VIEWS_MAX - 1)] : undefined),
    keep: (row, view) => {
      rows[row & (VIEWS_MAX - 1)] = row
      views[row & (VIEWS_MAX - 1)] = view
    },
    drop: (row) => {
      const place = row & (VIEWS_MAX - 1)
      if (rows[place] !== row) return
      rows[place] = -1
      views[place] = undefined
    },
  }
}
