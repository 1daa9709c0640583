import type { DenyReason } from '@stagedoor/core/decision.ts'

/** One endpoint of one call that was decided. */
export type CountedCall = {
  /** Both undefined where nobody knows whose call it was: its token was missing, malformed or unknown. */
  readonly credentialId: string | undefined
  readonly tokenId: string | undefined
  /** Empty where the call was refused before an endpoint was known, or reaches none. */
  readonly endpointId: string
  readonly outcome: 'allowed' | DenyReason
  /** Epoch milliseconds. */
  readonly at: number
}

/** What was counted between two takings: each row is read once, as it is asked for. */
export type TakenUse = {
  readonly calls: Iterator<UseOfHour, undefined>
  readonly tokens: Iterator<UseOfToken, undefined>
}

/** Calls of one credential to one endpoint with one outcome in one hour. */
export type UseOfHour = {
  readonly credentialId: string
  readonly endpointId: string
  readonly outcome: string
  /** The hour's beginning, epoch milliseconds. */
  readonly hour: number
  readonly calls: number
}

/** When a token was last seen in a call. */
export type UseOfToken = { readonly tokenId: string; readonly usedAt: number }

/** Counts calls in memory. A call costs two look-ups and no wait, whatever becomes of what is counted. */
export type UseCounter = {
  readonly count: (call: CountedCall) => void
  /** Hands over what was counted since the last taking, at once however much it is, and begins anew. */
  readonly take: () => TakenUse
  /** Since the program began. */
  readonly totals: () => {
    /** Calls of credentials for which there was no place. */
    readonly uncounted: number
    /** Calls of which nobody knows whose they were. */
    readonly nobodys: number
  }
}

export const HOUR_MS = 3_600_000
/** Rows and tokens together. Beyond it a call is only counted as uncounted. */
const KEYS_MAX = 100_000

type Cell = { readonly outcome: string; readonly hour: number; calls: number }
/** By endpoint; of one endpoint the newest hour last. */
type Cells = Map<string, Cell[]>
type Seen = { usedAt: number; readonly cells: Cells }

/** @param keysMax how many different keys are held between two takings */
export function createUseCounter(keysMax = KEYS_MAX): UseCounter {
  let tokens = new Map<string, Seen>()
  let credentials = new Map<string, Cells>()
  let keys = 0
  let uncounted = 0
  let nobodys = 0

  function see(credentialId: string, tokenId: string): Seen | undefined {
    const known = tokens.get(tokenId)
    if (known || keys >= keysMax) return known
    const cells: Cells = credentials.get(credentialId) ?? new Map()
    credentials.set(credentialId, cells)
    const seen = { usedAt: 0, cells }
    tokens.set(tokenId, seen)
    keys += 1
    return seen
  }

  function count({ credentialId, tokenId, endpointId, outcome, at }: CountedCall): void {
    if (credentialId === undefined || tokenId === undefined) {
      nobodys += 1
      return
    }
    const seen = see(credentialId, tokenId)
    if (seen && at > seen.usedAt) seen.usedAt = at
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS
    const cells = seen?.cells.get(endpointId)
    const cell = cells && findCell(cells, outcome, hour)
    if (cell) cell.calls += 1
    // An instant that is no number belongs to no hour.
    else if (!seen || keys >= keysMax || !Number.isSafeInteger(hour)) uncounted += 1
    else {
      keys += 1
      const added = { outcome, hour, calls: 1 }
      if (cells) cells.push(added)
      else seen.cells.set(endpointId, [added])
    }
  }

  return {
    count,
    take: () => {
      const taken = { calls: listCalls(credentials), tokens: listTokens(tokens) }
      tokens = new Map()
      credentials = new Map()
      keys = 0
      return taken
    },
    totals: () => ({ uncounted, nobodys }),
  }
}

/** Among those of the newest hour, which are as many as there are outcomes. A clock set back makes a second row. */
function findCell(cells: readonly Cell[], outcome: string, hour: number): Cell | undefined {
  for (let at = cells.length - 1; at >= 0; at -= 1) {
    const cell = cells[at]
    if (cell?.hour !== hour) return undefined
    if (cell.outcome === outcome) return cell
  }
  return undefined
}

function* listCalls(credentials: ReadonlyMap<string, Cells>): Generator<UseOfHour, undefined> {
  for (const [credentialId, endpoints] of credentials)
    for (const [endpointId, cells] of endpoints)
      for (const { outcome, hour, calls } of cells) yield { credentialId, endpointId, outcome, hour, calls }
  return undefined
}

function* listTokens(tokens: ReadonlyMap<string, Seen>): Generator<UseOfToken, undefined> {
  for (const [tokenId, { usedAt }] of tokens) yield { tokenId, usedAt: Math.floor(usedAt) }
  return undefined
}
