import type { StoredNode } from '#storage/nodes.ts'
import type { PendingGateway, Receipt } from './receipt.ts'
import { decidesForMs } from './standing.ts'

export type ReceiptFacts = {
  /** Of the change; undefined where it could not be learnt, so that nobody is known to decide by it. */
  readonly position: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
  /** What the tenant tolerates. */
  readonly maxStaleMs: number
}

/** What is known of the gateways at an instant. */
export function receiptOf(
  nodes: readonly StoredNode[],
  { position, now, maxStaleMs }: ReceiptFacts,
): Omit<Receipt, 'elapsedMs'> {
  let confirmed = 0
  const pending: PendingGateway[] = []
  for (const { id, name, seq, lastSeenAt, leaseUntil, stoppedAt } of nodes) {
    const decidesUntil = lastSeenAt + decidesForMs(maxStaleMs)
    const leased = stoppedAt === undefined && leaseUntil > now
    // It refuses every call of the tenant already.
    if (!leased && decidesUntil <= now) continue
    const knows = position !== undefined && seq >= position
    if (!knows) pending.push({ id, name, state: stateOf(stoppedAt, leased), lastSeenAt, decidesUntil })
    else if (stoppedAt === undefined) confirmed += 1
  }
  const counted = pending.filter(({ state }) => state !== 'stopped').length
  return { gateways: confirmed + counted, confirmed, complete: position !== undefined, pending }
}

function stateOf(stoppedAt: number | undefined, leased: boolean): PendingGateway['state'] {
  if (stoppedAt !== undefined) return 'stopped'
  return leased ? 'late' : 'silent'
}
