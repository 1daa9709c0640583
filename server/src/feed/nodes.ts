import type { Logger } from 'pino'
import type { Database } from '#storage/database.ts'
import { nodeForget, nodeList, nodeMarkStopped } from '#storage/nodes.ts'
import { createAcknowledge, UNWRITTEN_MS } from './acknowledge.ts'
import { createBell } from './bell.ts'
import type { ChangeSource } from './change-source.ts'
import { createConfirm } from './confirm.ts'
import { createFresh } from './fresh.ts'
import { createHolders, type Holders } from './holders.ts'
import { createKnownNodes, type KnownNodes } from './known-nodes.ts'
import { type NodeView, nodeViews } from './node-view.ts'
import type { Publisher } from './publisher.ts'
import type { Confirm } from './receipt.ts'

/** The gateways, as a control plane sees them. */
export type Nodes = {
  /** Rejects with SourceError: `superseded`, or `unreachable` where the database is. */
  readonly acknowledge: ChangeSource['acknowledge']
  /** Never rejects. */
  readonly leave: ChangeSource['leave']
  /** Never rejects. */
  readonly confirm: Confirm
  /** Every gateway that is not forgotten. Where the database is away: what was known last. */
  readonly list: () => Promise<readonly NodeView[]>
  /** How many have a lease, as far as this process knows. */
  readonly leases: () => number
  /** How many receipts had to name a gateway that may answer calls and has not confirmed. */
  readonly incompleteReceipts: () => number
  readonly close: () => Promise<void>
}

export type NodesOptions = {
  readonly db: Database
  /** Whether other control planes write to it too. */
  readonly shared: boolean
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Logger
  readonly publisher: Pick<Publisher, 'caughtUp' | 'newest' | 'digest'>
  /** What the tenant tolerates: for so long a gateway without contact decides its calls. */
  readonly maxStaleMs: (tenantId: string) => number
  /** Of the tenants and catalogs that this process was configured with. */
  readonly configDigest: string
}

/** A day, and the longest time that a tenant may let gateways decide without contact, which is a day too. */
const KEPT_MS = 2 * 24 * 60 * 60 * 1000
const FORGET_EVERY_MS = 60 * 60 * 1000
const LOOK_EVERY_MS = 5_000

/** Begins with what the database knows of gateways. Rejects where that cannot be read. */
export async function createNodes(options: NodesOptions): Promise<Nodes> {
  const { db, shared, now, log, publisher, maxStaleMs, configDigest } = options
  const known = createKnownNodes()
  const holders = createHolders()
  const news = createBell()
  let incomplete = 0
  const look = createFresh(async () => known.read(await db.snapshot(undefined, nodeList)))
  await load(known, options)
  const timers = [setInterval(() => void forget(options, { known, holders }), FORGET_EVERY_MS)]
  if (shared) timers.push(setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS))
  for (const timer of timers) timer.unref()
  const { caughtUp, newest } = publisher
  return {
    acknowledge: createAcknowledge({
      db,
      shared,
      now,
      known,
      holders,
      caughtUp,
      newest,
      log,
      news: news.ring,
    }),
    leave: async ({ nodeId: id, instance }) => {
      const at = now()
      known.stopped({ id, instance }, at)
      news.ring()
      await db
        .acrossTenants((trx) => nodeMarkStopped(trx, { id, instance, at }))
        .catch((error: unknown) =>
          log.warn({ err: error, nodeId: id }, 'a gateway left; its row still says that it runs'),
        )
    },
    confirm: createConfirm({
      now,
      known,
      news,
      caughtUp,
      look: shared ? look : async () => undefined,
      maxStaleMs,
      configDigest,
      incomplete: () => {
        incomplete += 1
      },
    }),
    list: async () => {
      if (shared) await look().catch(() => undefined)
      const digest = await publisher.digest().catch(() => undefined)
      return nodeViews(known.all(), { now: now(), newest: publisher.newest(), digest, configDigest })
    },
    leases: () =>
      known.all().filter((node) => node.stoppedAt === undefined && node.leaseUntil > now()).length,
    incompleteReceipts: () => incomplete,
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      await look().catch(() => undefined)
    },
  }
}

/** What an earlier start of this process had heard since a row was written is lost: its gateway may decide for longer. */
async function load(known: KnownNodes, { db, shared, now }: NodesOptions): Promise<void> {
  const rows = await db.snapshot(undefined, nodeList)
  const unwritten = shared ? 0 : UNWRITTEN_MS
  known.read(
    rows.map((row) => ({
      ...row,
      lastSeenAt: Math.max(row.lastSeenAt, Math.min(row.lastSeenAt + unwritten, now())),
    })),
  )
}

type Remembered = { readonly known: KnownNodes; readonly holders: Holders }

async function forget({ db, now, log }: NodesOptions, { known, holders }: Remembered): Promise<void> {
  const before = now() - KEPT_MS
  known.forget(before)
  holders.forget((id) => known.find(id) !== undefined)
  await db
    .acrossTenants((trx) => nodeForget(trx, before))
    .catch((error: unknown) => log.warn({ err: error }, 'gateways of long ago could not be forgotten'))
}
