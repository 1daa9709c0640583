import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from './errors.ts'

/** Frees the directory for another process. */
export type Unlock = () => void

/**
 * Takes the directory for this process alone, made where it does not exist and readable by this account only, or throws
 * StorageError naming the holder's process id.
 * The lock is SQLite's own on a second file: the operating system drops it when the process dies, however it dies.
 */
export function takeDirectory(directory: string): Unlock {
  prepareDirectory(directory)
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

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StorageError(`${directory} cannot be made`, { cause: error })
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
