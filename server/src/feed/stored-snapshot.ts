import { rm } from 'node:fs/promises'
import { moveFile, openForAppending, replaceFile } from './kept-files.ts'
import type { Position } from './known-state.ts'
import { dropFiles, type PolicyDisk, tellKept, writePending } from './policy-disk.ts'
import { type FeedMessage, writeChecked } from './protocol.ts'
import type { FileHeader } from './snapshot-file.ts'
import { createSnapshotWriter } from './snapshot-writer.ts'

/** A snapshot on its way to the disk. None of this rejects: a gateway with a broken disk decides all the same. */
export type StoredSnapshot = {
  readonly write: (message: FeedMessage) => void | Promise<void>
  /** It is complete. Resolves when it is on the disk, and what was the current one is its predecessor. */
  readonly commit: (position: Position) => Promise<void>
  readonly abandon: () => Promise<void>
}

/** Begins one beside the current one. `id` is its name in the headers of all files that belong to it. */
export async function storeSnapshot(disk: PolicyDisk, id: string): Promise<StoredSnapshot> {
  let records = 0
  let error: unknown
  const writer = createSnapshotWriter(id)
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (error !== undefined) return undefined
    try {
      return await work()
    } catch (failure) {
      error = failure
      return undefined
    }
  }
  const file = await attempt(() =>
    replaceFile(disk.paths.snapshot.current, () => beginHistory(disk, { id, records })),
  )
  const writeAll = async (pieces: readonly Uint8Array[]): Promise<void> => {
    await attempt(async () => {
      for (const piece of pieces) await file?.write(piece)
    })
  }
  await attempt(async () => await file?.write(writer.header))
  return {
    write: (message) => {
      if (message.kind === 'record') records += 1
      const pieces = writer.add(message)
      return pieces === undefined ? undefined : writeAll(pieces)
    },
    commit: (position) =>
      disk.inTurn(async () => {
        await writePending(disk)
        await writeAll(writer.rest())
        await attempt(async () => await file?.commit())
        if (error === undefined) {
          disk.isCurrentDamaged = false
          disk.failedAt = undefined
          disk.holdsLess = false
        } else {
          await file?.abandon()
          await dropFiles(disk, error)
        }
        tellKept(disk, position)
      }),
    abandon: async () => await file?.abandon(),
  }
}

/**
 * All of the new snapshot is on the disk, under another name. What was the current one becomes the predecessor, unless it is
 * damaged: then the one before stays.
 */
async function beginHistory(
  disk: PolicyDisk,
  { id, records }: { readonly id: string; readonly records: number },
): Promise<void> {
  const { snapshot, changes, contact } = disk.paths
  const before = disk.history
  disk.history = undefined
  await before?.file.close()
  if (!disk.isCurrentDamaged)
    for (const { current, previous } of [snapshot, changes, contact]) await moveFile(current, previous)
  await rm(contact.current, { force: true })
  const file = await openForAppending(changes.current)
  disk.history = { id, file, records, changes: 0, length: 0 }
  await file.appendFile(writeChecked({ kind: 'policy_changes', history: id } satisfies FileHeader))
  await file.datasync()
}
