import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'

/** Numbers for the standings of records, so that a file says each standing once. */
export type StandingNames = {
  readonly numberOf: (record: PolicyRecord) => number
  /** How long the text is of those that were named since the last `take`. */
  readonly length: () => number
  /** What was named since the last `take`: the first number, and the standings as JSON. */
  readonly take: () => { readonly first: number; readonly standings: readonly string[] }
}

/** Of standings that are remembered; whoever takes more makes it begin anew, with 0. */
const STANDINGS_MAX = 16_384
const LENGTH_MAX = 16 * 1024 * 1024

export function createStandingNames(): StandingNames {
  const numbers = new Map<string, number>()
  let wholeLength = 0
  let first = 0
  let length = 0
  let standings: string[] = []
  return {
    numberOf: ({ tenantId, active, deleted, allowedEndpoints }) => {
      const text = JSON.stringify({ tenantId, active, deleted, allowedEndpoints })
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, numbers.size)
      length += text.length
      standings.push(text)
      return numbers.size - 1
    },
    length: () => length,
    take: () => {
      const taken = { first, standings }
      wholeLength += length
      if (numbers.size > STANDINGS_MAX || wholeLength > LENGTH_MAX) {
        numbers.clear()
        wholeLength = 0
      }
      first = numbers.size
      length = 0
      standings = []
      return taken
    },
  }
}
