import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Digests of tokens are in these files. */
const OWNER_ONLY = 0o600

/** A file that takes the place of another one only when all of it is on the disk. */
export type Replacement = {
  /** Bytes must stay as they are until it is committed. */
  readonly write: (content: string | Uint8Array) => Promise<void>
  /** On the disk, under its final name. */
  readonly commit: () => Promise<void>
  readonly abandon: () => Promise<void>
}

const BYTES_AT_ONCE = 256 * 1024

/** `beforeRename` is called when the new content is on the disk and the old one still has the name. */
export async function replaceFile(path: string, beforeRename?: () => Promise<void>): Promise<Replacement> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', OWNER_ONLY)
  let pending: Uint8Array[] = []
  let length = 0
  async function flush(): Promise<void> {
    const bytes = Buffer.concat(pending)
    pending = []
    length = 0
    await file.writeFile(bytes)
  }
  return {
    write: async (content) => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      pending.push(bytes)
      length += bytes.length
      if (length >= BYTES_AT_ONCE) await flush()
    },
    commit: async () => {
      try {
        await flush()
        await file.sync()
      } finally {
        await file.close()
      }
      await beforeRename?.()
      await rename(temporary, path)
      await syncDirectory(dirname(path))
    },
    abandon: async () => {
      await file.close().catch(() => undefined)
      await rm(temporary, { force: true }).catch(() => undefined)
    },
  }
}

/** Makes the file anew, and readable by this account alone; for lines that are added at its end. */
export async function openForAppending(path: string): Promise<FileHandle> {
  return await open(
    path,
    constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_APPEND,
    OWNER_ONLY,
  )
}

/** A name that was given to a file is on the disk from then on. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories, and needs none of this.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Gives a file another name, where it is there. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
