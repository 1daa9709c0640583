import type { Logger } from 'pino'
import { changeLeaveGap } from '#storage/changes.ts'
import type { Database } from '#storage/database.ts'
import { nodeAcknowledge, nodeInstanceOf, nodeTakeOver, type StoredNode } from '#storage/nodes.ts'
import { SourceError } from './change-source.ts'
import type { Holders } from './holders.ts'
import type { KnownNodes } from './known-nodes.ts'
import type { Acknowledgement, AcknowledgementAnswer } from './protocol.ts'
import { reachable } from './reachable.ts'

/** Renewed by each acknowledgement. */
const LEASE_MS = 10_000
/**
 * Where only this process hears gateways, their rows are written so often. A row is never older by more than this, so that
 * after a restart of this process it says until when its gateway may decide.
 */
export const UNWRITTEN_MS = 5_000
/** Two starts over copies of one directory, taking turns: one of them gives up long before. */
const TAKE_OVERS_MAX = 5

export type AcknowledgeParts = {
  readonly db: Database
  readonly shared: boolean
  readonly now: () => number
  readonly known: KnownNodes
  readonly holders: Holders
  /** Position of everything that is committed now. */
  readonly caughtUp: () => Promise<number>
  /** The newest change that was read here. */
  readonly newest: () => number
  /** Something about a gateway is known that was not before. */
  readonly news: () => void
  readonly log: Logger
}

/** Takes acknowledgements. Rejects with SourceError: `superseded`, or `unreachable` where the database is. */
export function createAcknowledge(
  parts: AcknowledgeParts,
): (acknowledgement: Acknowledgement) => Promise<AcknowledgementAnswer> {
  const { shared, now, known, caughtUp, news } = parts
  /** When the row of each was written last, of this process's own gateways. */
  const writtenAt = new Map<string, { readonly instance: string; readonly at: number }>()
  return async ({ nodeId: id, ...acknowledged }) => {
    const at = now()
    const node: StoredNode = {
      id,
      ...acknowledged,
      seq: await positionHere(parts, acknowledged.seq),
      lastSeenAt: at,
      leaseUntil: at + LEASE_MS,
      stoppedAt: undefined,
    }
    // Heard is heard, whatever becomes of the row: a receipt that waits here needs not wait for that.
    const isKnown = known.find(id)?.instance === node.instance
    const hear = (): void => {
      known.heard(node)
      news()
    }
    if (isKnown) hear()
    const written = writtenAt.get(id)
    const isWritten =
      written?.instance === node.instance && at - written.at < UNWRITTEN_MS && at >= written.at
    if (shared || !isWritten) {
      await write(parts, node)
      if (!shared) writtenAt.set(id, { instance: node.instance, at })
      if (!isKnown) hear()
    }
    // After the row: whoever changes something later than this position finds the row, and waits for this gateway.
    const seq = await reachable(caughtUp)
    return { at, seq, leaseMs: LEASE_MS }
  }
}

/** Positions beyond are no mistake of a backup. */
const AHEAD_MAX = 1_000_000_000

/**
 * The position that a gateway decides by, as one of this database; 0 where it is none. The database was restored from a backup
 * then: what the gateway knows says nothing of the changes that have the same numbers now.
 */
async function positionHere({ db, caughtUp, newest, log }: AcknowledgeParts, seq: number): Promise<number> {
  if (seq <= newest()) return seq
  const caught = await reachable(caughtUp)
  if (seq <= caught) return seq
  log.error({ seq, newest: caught }, 'a gateway decides by changes that the database does not have')
  if (seq - caught <= AHEAD_MAX) await reachable(() => db.acrossTenants((trx) => changeLeaveGap(trx, seq)))
  return 0
}

async function write({ db, holders }: AcknowledgeParts, node: StoredNode): Promise<void> {
  const { id, instance } = node
  for (let attempt = 0; attempt < TAKE_OVERS_MAX; attempt += 1) {
    const holder = await reachable(() =>
      db.acrossTenants(async (trx) => {
        if (await nodeAcknowledge(trx, node)) return { had: undefined, has: instance }
        const had = await nodeInstanceOf(trx, id)
        // It had the id, and somebody gave it away since: the later start is the one that has the directory.
        if (had === undefined || holders.hadIt(id, instance)) return { had, has: had }
        return { had, has: (await nodeTakeOver(trx, node, had)) ? instance : undefined }
      }),
    )
    if (holder.has === instance) {
      if (holder.had !== undefined) holders.note(id, holder.had)
      return holders.note(id, instance)
    }
    if (holder.has !== undefined)
      throw new SourceError('superseded', 'a later start of the gateway has its id')
  }
  throw new SourceError('unreachable', 'other starts of this gateway are taking its id again and again')
}
