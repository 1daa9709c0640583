/** A number for some rows: the pieces that have none take no room. */
export type SparseColumn = {
  /** 0 where none was set. */
  readonly get: (row: number) => number
  readonly set: (row: number, value: number) => void
}

const PIECE_BITS = 9

/** @param make an empty piece of so many */
export function createSparseColumn(make: (length: number) => Float64Array | Uint32Array): SparseColumn {
  const pieces: (Float64Array | Uint32Array | undefined)[] = []
  return {
    get: (row) => pieces[row >>> PIECE_BITS]?.[row & ((1 << PIECE_BITS) - 1)] ?? 0,
    set: (row, value) => {
      // One after another: an array with holes would become a slow one.
      while (pieces.length <= row >>> PIECE_BITS) pieces.push(undefined)
      const piece = (pieces[row >>> PIECE_BITS] ??= make(1 << PIECE_BITS))
      piece[row & ((1 << PIECE_BITS) - 1)] = value
    },
  }
}
