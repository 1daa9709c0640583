import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from './errors.ts'

/** Frees the directory for another process. */
export type Unlock = () => void

/**
 * Takes the directory for this process alone, or throws StorageError naming the holder's process id.
 * The lock is SQLite's own on a second file: the operating system drops it when the process dies, however it dies.
 */
export function lockDirectory(directory: string): Unlock {
  const pidFile = join(directory, 'stagedoor.pid')
  const lock = new DatabaseSync(join(directory, 'stagedoor.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw new StorageError(`${directory} cannot be locked`, { cause: error })
    throw new StorageError(
      `${directory} is in use by another Stagedoor (process ${readPid(pidFile)}). Stop it, or choose another directory.`,
    )
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return () => {
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  // The low octet is the primary code; the rest says which kind of busy.
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
}

function readPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
