import { afterEach, beforeEach } from 'vitest'
import { createNodes, type Nodes, type NodesOptions } from '#feed/nodes.ts'
import type { Acknowledgement } from '#feed/protocol.ts'
import { createPublisher, type Publisher } from '#feed/publisher.ts'
import type { Storage } from '#storage/database.ts'
import { nodeList, type StoredNode } from '#storage/nodes.ts'
import { readableLog, removable, temporarySqlite } from './written.ts'

export const MINUTE = 60_000
export const SECOND = 1_000

/** For each test a database of its own, and a clock that stands still. */
export type ControlPlanes = {
  /** Epoch milliseconds. */
  time: number
  storage: Storage
  publisher: Publisher
  /** Takes the database away, or gives it back. */
  away: (isAway: boolean) => void
  /** Ended after the test, the last one first. */
  readonly opened: { readonly close: () => Promise<void> }[]
  readonly controlPlane: (options?: Partial<NodesOptions>) => Promise<Nodes>
  readonly rows: () => Promise<readonly StoredNode[]>
}

/** To be called outside of tests: makes what they find in it before each of them. */
export function useControlPlanes(): ControlPlanes {
  const opened: ControlPlanes['opened'] = []
  const now = (): number => world.time
  const world = {
    opened,
    controlPlane: async (options: Partial<NodesOptions> = {}) => {
      const nodes = await createNodes({
        db: world.storage.db,
        shared: false,
        now,
        log: readableLog().log,
        publisher: world.publisher,
        maxStaleMs: () => 15 * MINUTE,
        configDigest: 'same',
        ...options,
      })
      opened.push(nodes)
      return nodes
    },
    rows: async () => await world.storage.db.snapshot(undefined, nodeList),
  } as ControlPlanes
  beforeEach(async () => {
    world.time = 1_000_000_000_000
    const real = await temporarySqlite()
    const made = removable(real.db)
    world.away = made.away
    world.storage = { ...real, db: made.db }
    world.publisher = createPublisher({ storage: world.storage, now, log: readableLog().log })
    opened.push(world.storage, world.publisher)
  })
  afterEach(async () => {
    world.away(false)
    for (const each of opened.splice(0).toReversed()) await each.close()
  })
  return world
}

/** What a gateway tells; `instance` is one start of it. */
export function acknowledgement(name: string, seq: number, instance = 'first'): Acknowledgement {
  return {
    nodeId: `node_${name}`,
    instance: `instance_${name}_${instance}`,
    name,
    seq,
    digest: '0'.repeat(32),
    configDigest: 'same',
  }
}
