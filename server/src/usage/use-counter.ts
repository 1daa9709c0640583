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

type Cell = { readonly endpointId: string; readonly outcome: string; readonly hour: number; calls: number }
/**
 * Of a credential, in the order in which they were first counted. Most call few endpoints between two takings, and a map for each
 * of ten thousand credentials would be some megabytes that are made anew after each taking.
 */
type Cells = { readonly few: Cell[]; many: Map<string, Cell[]> | undefined }
const FEW = 12
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
    const cells: Cells = credentials.get(credentialId) ?? { few: [], many: undefined }
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
    const cell = seen && findCell(seen.cells, endpointId, outcome, hour)
    if (cell) cell.calls += 1
    // An instant that is no number belongs to no hour.
    else if (!seen || keys >= keysMax || !Number.isSafeInteger(hour)) uncounted += 1
    else {
      keys += 1
      addCell(seen.cells, { endpointId, outcome, hour, calls: 1 })
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

function findCell({ few, many }: Cells, endpointId: string, outcome: string, hour: number): Cell | undefined {
  return (
    newestCell(few, endpointId, outcome, hour) ?? newestCell(many?.get(endpointId), endpointId, outcome, hour)
  )
}

function newestCell(
  cells: readonly Cell[] | undefined,
  endpointId: string,
  outcome: string,
  hour: number,
): Cell | undefined {
  if (cells === undefined) return undefined
  for (let at = cells.length - 1; at >= 0; at -= 1) {
    const cell = cells[at]
    if (cell?.endpointId === endpointId && cell.outcome === outcome && cell.hour === hour) return cell
  }
  return undefined
}

function addCell(cells: Cells, added: Cell): void {
  if (cells.few.length < FEW) return void cells.few.push(added)
  cells.many ??= new Map()
  const own = cells.many.get(added.endpointId)
  if (own) own.push(added)
  else cells.many.set(added.endpointId, [added])
}

function* listCalls(credentials: ReadonlyMap<string, Cells>): Generator<UseOfHour, undefined> {
  for (const [credentialId, { few, many }] of credentials) {
    for (const cell of few) yield { credentialId, ...cell }
    for (const cells of many?.values() ?? []) for (const cell of cells) yield { credentialId, ...cell }
  }
  return undefined
}

function* listTokens(tokens: ReadonlyMap<string, Seen>): Generator<UseOfToken, undefined> {
  for (const [tokenId, { usedAt }] of tokens) yield { tokenId, usedAt: Math.floor(usedAt) }
  return undefined
}
