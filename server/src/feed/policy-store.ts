import type { Logger } from 'pino'
import { type KeptContact, writeContactFile } from './contact-file.ts'
import type { KnownState, Position } from './known-state.ts'
import { createPolicyDisk, type PolicyDisk, tellKept, writePending } from './policy-disk.ts'
import { type FeedMessage, writeMessage } from './protocol.ts'
import { policyPaths, type Restored, restorePolicy } from './restore-policy.ts'
import { type StoredSnapshot, storeSnapshot } from './stored-snapshot.ts'

/**
 * What a gateway decides by, on its disk: a snapshot, the changes after it, and until when it had contact. A change is told
 * to the control plane only when it is here, so that no start decides by less than was confirmed.
 */
export type PolicyStore = {
  /** Takes what the files have. Never rejects; undefined where none of them can be trusted. */
  readonly restore: (state: Pick<KnownState, 'load'>) => Promise<Restored | undefined>
  /** For a snapshot that is being loaded. Never rejects. */
  readonly replace: () => Promise<StoredSnapshot>
  /** After a snapshot: one more change. `onKept` is told the position when it is on the disk. */
  readonly append: (change: FeedMessage, position: Position) => void
  /** Until when everything is known that is on the disk; asked for when all of that is there. Never rejects. */
  readonly keepContact: (read: () => Omit<KeptContact, 'history'> | undefined) => Promise<void>
  /** The changes have become more than the snapshot, or something failed a while ago: a new snapshot is in order. */
  readonly wantsSnapshot: () => boolean
  readonly totals: () => { readonly fileFailures: number; readonly damagedFiles: number }
  /** Writes what is left. */
  readonly close: () => Promise<void>
}

export type PolicyStoreOptions = {
  readonly directory: string
  readonly randomBytes: (count: number) => Uint8Array
  readonly monotonic: () => number
  readonly log: Logger
  /**
   * Everything up to this position would be there after a restart; or, where the disk fails, nothing at all. Position 0 where
   * it has failed and an older state cannot be removed.
   */
  readonly onKept: (position: Position) => void
  readonly limits?: Partial<typeof LIMITS>
}

const LIMITS = {
  /** Of changes after a snapshot; or as many as the snapshot has records, where that is more. */
  changesMax: 20_000,
  changesLengthMax: 64 * 1024 * 1024,
  /** After the disk has failed. */
  againMs: 60_000,
} as const

export function createPolicyStore(options: PolicyStoreOptions): PolicyStore {
  const { directory, monotonic, log, randomBytes } = options
  const limits = { ...LIMITS, ...options.limits }
  const disk = createPolicyDisk({ ...options, paths: policyPaths(directory) })
  let damagedFiles = 0
  return {
    restore: async (state) => {
      const restored = await restorePolicy(disk.paths, {
        state,
        onDamaged: (file, error) => {
          damagedFiles += 1
          log.error({ err: error, file }, 'a file of what is decided by is damaged')
        },
      })
      disk.isCurrentDamaged = restored?.from !== 'current'
      return restored
    },
    replace: () => storeSnapshot(disk, Buffer.from(randomBytes(12)).toString('hex')),
    append: (change, position) => {
      if (disk.history === undefined) return tellKept(disk, position)
      const line = writeMessage(change)
      disk.history.changes += 1
      disk.history.length += line.length
      disk.pending ??= { lines: [], position }
      disk.pending.lines.push(line)
      disk.pending.position = position
      void disk.inTurn(() => writePending(disk))
    },
    keepContact: (read) => disk.inTurn(() => writeContact(disk, read)),
    wantsSnapshot: () => {
      if (disk.failedAt !== undefined) return monotonic() - disk.failedAt >= limits.againMs
      const { changes = 0, length = 0, records = 0 } = disk.history ?? {}
      return changes > Math.max(limits.changesMax, records) || length > limits.changesLengthMax
    },
    totals: () => ({ fileFailures: disk.failures, damagedFiles }),
    close: () =>
      disk.inTurn(async () => {
        await writePending(disk)
        await disk.history?.file.close().catch(() => undefined)
        disk.history = undefined
      }),
  }
}

async function writeContact(
  disk: PolicyDisk,
  read: () => Omit<KeptContact, 'history'> | undefined,
): Promise<void> {
  const contact = read()
  if (disk.history === undefined || contact === undefined) return
  try {
    await writeContactFile(disk.paths.contact.current, { history: disk.history.id, ...contact })
  } catch (error) {
    // The one before stays: the next start takes its knowledge for older than it is.
    disk.failures += 1
    disk.log.warn({ err: error }, 'the time of contact could not be kept')
  }
}
