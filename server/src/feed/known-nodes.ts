import type { StoredNode } from '#storage/nodes.ts'

/** What this process knows of all gateways: what it heard itself, and the rows that it read last. */
export type KnownNodes = {
  /** What is newest of each, by id. */
  readonly all: () => readonly StoredNode[]
  readonly find: (id: string) => StoredNode | undefined
  /** It acknowledged here. */
  readonly heard: (node: StoredNode) => void
  /** It says that it stops. */
  readonly stopped: (node: Pick<StoredNode, 'id' | 'instance'>, at: number) => void
  /** Everything that the database says. */
  readonly read: (rows: readonly StoredNode[]) => void
  /** Forgets what was last seen before. */
  readonly forget: (before: number) => void
}

export function createKnownNodes(): KnownNodes {
  const heard = new Map<string, StoredNode>()
  let rows: ReadonlyMap<string, StoredNode> = new Map()
  const find = (id: string): StoredNode | undefined => newer(heard.get(id), rows.get(id))
  return {
    find,
    all: () => [...new Set([...heard.keys(), ...rows.keys()])].toSorted().flatMap((id) => find(id) ?? []),
    heard: (node) => {
      const before = find(node.id)
      const seenAt = before?.instance === node.instance ? before.lastSeenAt : 0
      heard.set(node.id, { ...node, lastSeenAt: Math.max(seenAt, node.lastSeenAt) })
      // It has the id now, whoever had it when the rows were read: where nobody else writes them they are not read again.
      if (rows.get(node.id)?.instance !== node.instance)
        rows = new Map([...rows].filter(([id]) => id !== node.id))
    },
    stopped: ({ id, instance }, at) => {
      const known = find(id)
      if (known?.instance === instance) heard.set(id, { ...known, leaseUntil: at, stoppedAt: at })
    },
    read: (read) => {
      rows = new Map(read.map((row) => [row.id, row]))
      for (const [id, { instance }] of rows) {
        // Another start of it has the id by now, and was heard elsewhere.
        if (heard.get(id)?.instance !== instance) heard.delete(id)
      }
    },
    forget: (before) => {
      rows = new Map([...rows].filter(([, row]) => row.lastSeenAt >= before))
      for (const [id, node] of heard) if (node.lastSeenAt < before) heard.delete(id)
    },
  }
}

/** Of two accounts of one gateway. A row is younger than what was heard where it says that the gateway stopped since. */
function newer(heard: StoredNode | undefined, row: StoredNode | undefined): StoredNode | undefined {
  if (heard === undefined || row === undefined) return heard ?? row
  if (heard.instance !== row.instance) return row
  if (heard.lastSeenAt !== row.lastSeenAt) return heard.lastSeenAt > row.lastSeenAt ? heard : row
  return row.stoppedAt === undefined ? heard : row
}
