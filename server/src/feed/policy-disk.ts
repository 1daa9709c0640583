import type { FileHandle } from 'node:fs/promises'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { syncDirectory } from './kept-files.ts'
import type { Position } from './known-state.ts'
import type { PolicyPaths } from './restore-policy.ts'

/** The files of what is decided by, while they are written. One after another does everything that touches them. */
export type PolicyDisk = {
  readonly paths: PolicyPaths
  /** Works in its turn. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>
  /** The snapshot that changes are added to; undefined before there is one, and after the disk has failed. */
  history: CurrentHistory | undefined
  /** Changes that are not on the disk yet, and the position after the last of them. */
  pending: { readonly lines: string[]; position: Position } | undefined
  /** Not to be taken for a predecessor. */
  isCurrentDamaged: boolean
  /** When the disk failed, on the monotonic clock; undefined after a snapshot that was written since. */
  failedAt: number | undefined
  failures: number
  /** The disk has failed, and files that say less than is decided by may still be there at the next start. */
  holdsLess: boolean
  readonly monotonic: () => number
  readonly log: Logger
  readonly onKept: (position: Position) => void
}

export type CurrentHistory = {
  readonly id: string
  readonly file: FileHandle
  /** Of the snapshot. */
  readonly records: number
  /** After it. */
  changes: number
  length: number
}

export function createPolicyDisk(
  given: Pick<PolicyDisk, 'paths' | 'monotonic' | 'log' | 'onKept'>,
): PolicyDisk {
  let queue: Promise<void> = Promise.resolve()
  return {
    ...given,
    inTurn: (work) => {
      queue = queue.then(work)
      return queue
    },
    history: undefined,
    pending: undefined,
    isCurrentDamaged: false,
    failedAt: undefined,
    failures: 0,
    holdsLess: false,
  }
}

/** Brings the pending changes to the disk, all that have come until now at once. Never rejects. */
export async function writePending(disk: PolicyDisk): Promise<void> {
  const { pending, history } = disk
  if (pending === undefined) return
  disk.pending = undefined
  if (history !== undefined) {
    try {
      await history.file.appendFile(pending.lines.join(''))
      await history.file.datasync()
    } catch (error) {
      await dropFiles(disk, error)
    }
  }
  tellKept(disk, pending.position)
}

/**
 * Everything up to this position would be there after a restart, or nothing at all. Where neither is so, nothing is said to
 * be kept: a start without a control plane could let in whom a receipt said to be refused.
 */
export function tellKept(disk: PolicyDisk, position: Position): void {
  disk.onKept(disk.holdsLess ? { ...position, seq: 0 } : position)
}

/** The disk has failed: the files say less than is confirmed, or soon will, so there must be none. Never rejects. */
export async function dropFiles(disk: PolicyDisk, error: unknown): Promise<void> {
  disk.failures += 1
  disk.failedAt = disk.monotonic()
  disk.log.error({ err: error }, 'what is decided by cannot be kept: the next start would begin with nothing')
  const file = disk.history?.file
  disk.history = undefined
  await file?.close().catch(() => undefined)
  disk.holdsLess = !(await removeAll(disk.paths))
}

/** Whether they are gone, also after a power cut. The time of contact goes first: without it the others are of no use. */
async function removeAll({ contact, snapshot, changes }: PolicyPaths): Promise<boolean> {
  const paths = [contact, snapshot, changes].flatMap(({ current, previous }) => [current, previous])
  let areGone = true
  const attempt = async (work: Promise<void>): Promise<void> =>
    await work.catch(() => {
      areGone = false
    })
  for (const path of paths) await attempt(rm(path, { force: true }))
  await attempt(syncDirectory(dirname(contact.current)))
  return areGone
}
