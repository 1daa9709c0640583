import type { FileHandle } from 'node:fs/promises'
import { rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import { type KeptContact, writeContactFile } from './contact-file.ts'
import { moveFile, openForAppending, replaceFile } from './kept-files.ts'
import type { KnownState, Position } from './known-state.ts'
import { type FeedMessage, writeChecked, writeMessage } from './protocol.ts'
import { policyPaths, type Restored, restorePolicy } from './restore-policy.ts'
import type { FileHeader } from './snapshot-file.ts'

/**
 * What a gateway decides by, on its disk: a snapshot, the changes after it, and until when it had contact. A change is told
 * to the control plane only when it is here, so that no start decides by less than was confirmed.
 */
export type PolicyStore = {
  /** Takes what the files have. Never rejects; undefined where none of them can be trusted. */
  readonly restore: (state: Pick<KnownState, 'load'>) => Promise<Restored | undefined>
  /** For a snapshot that is being loaded. */
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

/** A snapshot on its way to the disk. None of this rejects: a gateway with a broken disk decides all the same. */
export type StoredSnapshot = {
  readonly write: (message: FeedMessage) => Promise<void>
  /** It is complete. `onKept` is told the position when it is on the disk. */
  readonly commit: (position: Position) => Promise<void>
  readonly abandon: () => Promise<void>
}

export type PolicyStoreOptions = {
  readonly directory: string
  readonly randomBytes: (count: number) => Uint8Array
  readonly monotonic: () => number
  readonly log: Logger
  /** Everything up to this position would be there after a restart; or, where the disk fails, nothing at all. */
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
  const { directory, monotonic, log, onKept, randomBytes } = options
  const limits = { ...LIMITS, ...options.limits }
  const paths = policyPaths(directory)
  /** One after another: everything that touches the files. */
  let queue: Promise<void> = Promise.resolve()
  let history: { readonly id: string; readonly file: FileHandle; readonly records: number } | undefined
  let written = { changes: 0, length: 0 }
  let pending: { lines: string[]; length: number; position: Position } | undefined
  let isCurrentDamaged = false
  let failedAt: number | undefined
  let failures = 0
  let damagedFiles = 0

  function inTurn(work: () => Promise<void>): Promise<void> {
    queue = queue.then(work)
    return queue
  }

  /** The files say less than was confirmed, or would soon: there must be none. */
  async function fail(error: unknown): Promise<void> {
    failures += 1
    failedAt = monotonic()
    log.error(
      { err: error },
      'what is decided by cannot be kept on the disk: a restart would begin with nothing',
    )
    const file = history?.file
    history = undefined
    await file?.close().catch(() => undefined)
    for (const { current, previous } of Object.values(paths))
      for (const path of [current, previous]) await rm(path, { force: true }).catch(() => undefined)
  }

  async function writePending(): Promise<void> {
    const given = pending
    if (given === undefined) return
    pending = undefined
    if (history !== undefined) {
      try {
        await history.file.appendFile(given.lines.join(''))
        await history.file.datasync()
      } catch (error) {
        await fail(error)
      }
    }
    onKept(given.position)
  }

  /** The new snapshot is on the disk; what was the current one becomes the predecessor, unless it is damaged. */
  async function moveAside(id: string, records: number): Promise<void> {
    const before = history
    history = undefined
    await before?.file.close()
    if (!isCurrentDamaged)
      for (const { current, previous } of [paths.snapshot, paths.changes, paths.contact])
        await moveFile(current, previous)
    await rm(paths.contact.current, { force: true })
    const file = await openForAppending(paths.changes.current)
    history = { id, file, records }
    await file.appendFile(writeChecked({ kind: 'policy_changes', history: id } satisfies FileHeader))
    await file.datasync()
  }

  async function replace(): Promise<StoredSnapshot> {
    const id = Buffer.from(randomBytes(12)).toString('hex')
    let records = 0
    let error: unknown
    const file = await replaceFile(paths.snapshot.current, () => moveAside(id, records)).catch(
      (failure: unknown) => {
        error = failure
        return undefined
      },
    )
    const attempt = async (work: () => Promise<void> | undefined): Promise<void> => {
      if (error !== undefined) return
      try {
        await work()
      } catch (failure) {
        error = failure
      }
    }
    await attempt(() =>
      file?.write(writeChecked({ kind: 'policy_snapshot', history: id } satisfies FileHeader)),
    )
    return {
      write: async (message) => {
        if (message.kind === 'record') records += 1
        await attempt(() => file?.write(writeMessage(message)))
      },
      commit: (position) =>
        inTurn(async () => {
          await writePending()
          await attempt(() => file?.commit())
          if (error === undefined) {
            written = { changes: 0, length: 0 }
            isCurrentDamaged = false
            failedAt = undefined
          } else {
            await file?.abandon()
            await fail(error)
          }
          onKept(position)
        }),
      abandon: async () => await file?.abandon(),
    }
  }

  return {
    restore: async (state) => {
      const restored = await restorePolicy(paths, {
        state,
        onDamaged: (file, error) => {
          damagedFiles += 1
          log.error({ err: error, file }, 'a file of what is decided by is damaged')
        },
      })
      isCurrentDamaged = restored?.from !== 'current'
      return restored
    },
    replace,
    append: (change, position) => {
      if (history === undefined) return onKept(position)
      const line = writeMessage(change)
      written = { changes: written.changes + 1, length: written.length + line.length }
      pending ??= { lines: [], length: 0, position }
      pending.lines.push(line)
      pending.position = position
      void inTurn(writePending)
    },
    keepContact: (read) =>
      inTurn(async () => {
        const contact = read()
        if (history === undefined || contact === undefined) return
        const kept = { history: history.id, ...contact }
        await writeContactFile(paths.contact.current, kept).catch((error: unknown) => {
          // The one before stays: the next start takes its knowledge for older than it is.
          failures += 1
          log.warn({ err: error }, 'the time of contact could not be kept')
        })
      }),
    wantsSnapshot: () => {
      if (failedAt !== undefined) return monotonic() - failedAt >= limits.againMs
      const { changes, length } = written
      return changes > Math.max(limits.changesMax, history?.records ?? 0) || length > limits.changesLengthMax
    },
    totals: () => ({ fileFailures: failures, damagedFiles }),
    close: () =>
      inTurn(async () => {
        await writePending()
        await history?.file.close().catch(() => undefined)
        history = undefined
      }),
  }
}
