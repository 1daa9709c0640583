import type { StoredNode } from '#storage/nodes.ts'
import type { DigestAt } from './read-digest.ts'

/** A gateway, for people. Instants are epoch milliseconds. */
export type NodeView = {
  readonly id: string
  readonly name: string
  /** `connected` has a lease, `silent` has none any more, `stopped` has ended cleanly. */
  readonly state: 'connected' | 'silent' | 'stopped'
  /** The newest change that it decides by. */
  readonly seq: number
  /** How many changes are newer. */
  readonly behind: number
  readonly lastSeenAt: number
  readonly leaseUntil: number
  /** Whether it decides by the same as the database says; undefined where it is at another position, or nobody knows. */
  readonly sameDigest: boolean | undefined
  /** Whether it was configured with the same tenants and catalogs as this control plane. */
  readonly sameConfiguration: boolean
}

export type NodeViewFacts = {
  readonly now: number
  readonly newest: number
  /** Of the database; undefined where it cannot be read. */
  readonly digest: DigestAt | undefined
  readonly configDigest: string
}

/** The gateways as they stand at an instant. */
export function nodeViews(
  nodes: readonly StoredNode[],
  { now, newest, digest, configDigest }: NodeViewFacts,
): readonly NodeView[] {
  return nodes.map((node) => ({
    id: node.id,
    name: node.name,
    state: stateOf(node, now),
    seq: node.seq,
    behind: Math.max(0, newest - node.seq),
    lastSeenAt: node.lastSeenAt,
    leaseUntil: node.leaseUntil,
    sameDigest: digest?.seq === node.seq ? digest.digest === node.digest : undefined,
    sameConfiguration: node.configDigest === configDigest,
  }))
}

function stateOf({ stoppedAt, leaseUntil }: StoredNode, now: number): NodeView['state'] {
  if (stoppedAt !== undefined) return 'stopped'
  return leaseUntil > now ? 'connected' : 'silent'
}
