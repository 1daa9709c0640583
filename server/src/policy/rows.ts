/** Rows of 32-bit words, any number of them, in pieces: adding one never moves the others. */
export type Rows = {
  /** The piece that has a row; its words begin at `rowStart`. */
  readonly pieceOf: (row: number) => Uint32Array
  /** A row that nobody has, all zero. Throws RangeError where there are as many as can be numbered. */
  readonly add: () => number
  /** Gives a row back. Nobody may look at it from then on. */
  readonly remove: (row: number) => void
}

/** Rows of a piece, as a power of two: a piece is made in some ten microseconds. */
const PIECE_BITS = 11
const PIECE_ROWS = 1 << PIECE_BITS
/** So many bits number a row. */
export const ROW_BITS = 26

/** @param width words of a row */
export function createRows(width: number): Rows {
  const pieces: Uint32Array[] = []
  const free: number[] = []
  let used = 0
  const pieceOf = (row: number): Uint32Array => pieces[row >>> PIECE_BITS] ?? noSuchRow(row)
  return {
    pieceOf,
    add: () => {
      const again = free.pop()
      if (again !== undefined) return again
      if (used === 2 ** ROW_BITS - 1) throw new RangeError('there are more tokens than a gateway can know')
      if (used === pieces.length * PIECE_ROWS) pieces.push(new Uint32Array(PIECE_ROWS * width))
      used += 1
      return used - 1
    },
    remove: (row) => {
      const start = rowStart(row, width)
      pieceOf(row).fill(0, start, start + width)
      free.push(row)
    },
  }
}

/** Where a row begins within its piece. */
export function rowStart(row: number, width: number): number {
  return (row & (PIECE_ROWS - 1)) * width
}

function noSuchRow(row: number): never {
  throw new RangeError(`there is no row ${row}`)
}
