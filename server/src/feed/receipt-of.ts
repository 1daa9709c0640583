import type { StoredNode } from '#storage/nodes.ts'
import type { PendingGateway, Receipt } from './receipt.ts'
import { longestStaleMs } from './stale-in-digest.ts'
import { decidesForMs } from './standing.ts'

export type ReceiptFacts = {
  /** Of the change; undefined where it could not be learnt, so that nobody is known to decide by it. */
  readonly position: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
  /** What the tenant tolerates, by the settings of this control plane. */
  readonly maxStaleMs: number
  /** Of these settings. A gateway with others tolerates what those say. */
  readonly configDigest: string
}

/** What is known of the gateways at an instant. */
export function receiptOf(
  nodes: readonly StoredNode[],
  { position, now, maxStaleMs, configDigest }: ReceiptFacts,
): Omit<Receipt, 'elapsedMs'> {
  let confirmed = 0
  const pending: PendingGateway[] = []
  for (const node of nodes) {
    const { id, name, seq, lastSeenAt, leaseUntil, stoppedAt } = node
    const others = node.configDigest === configDigest ? 0 : longestStaleMs(node.configDigest)
    const decidesUntil = lastSeenAt + decidesForMs(Math.max(maxStaleMs, others))
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
