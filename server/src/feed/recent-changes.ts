/** The newest changes as lines of the wire, so that each is written once for however many gateways. */
export type RecentChanges = {
  /** What is kept are the changes after this position. */
  readonly base: () => number
  /** The newest one. */
  readonly newest: () => number
  readonly append: (line: string) => void
  /** Forgets everything: the next change comes after this position. */
  readonly restart: (position: number) => void
  /** Lines of the changes after the position, in order, at most so many. The position is not before `base`. */
  readonly after: (position: number, limit: number) => readonly string[]
}

export type RecentChangesOptions = {
  readonly countMax: number
  /** Characters of all lines together. The newest line is kept however long it is. */
  readonly lengthMax: number
}

export function createRecentChanges({ countMax, lengthMax }: RecentChangesOptions): RecentChanges {
  let lines: string[] = []
  /** Lines at the beginning that are dropped already: shifting them out one by one would cost their square. */
  let dropped = 0
  let length = 0
  let base = 0

  function drop(): void {
    length -= lines[dropped]?.length ?? 0
    lines[dropped] = ''
    dropped += 1
    base += 1
    if (dropped < countMax) return
    lines = lines.slice(dropped)
    dropped = 0
  }

  return {
    base: () => base,
    newest: () => base + lines.length - dropped,
    append: (line) => {
      lines.push(line)
      length += line.length
      while (lines.length - dropped > 1 && (lines.length - dropped > countMax || length > lengthMax)) drop()
    },
    restart: (position) => {
      lines = []
      dropped = 0
      length = 0
      base = position
    },
    after: (position, limit) => {
      const from = position - base + dropped
      return lines.slice(from, from + limit)
    },
  }
}
