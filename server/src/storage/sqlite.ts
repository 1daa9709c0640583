import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Database, Queries, Storage } from './database.ts'
import { StorageError } from './errors.ts'
import { migrate } from './migrate.ts'
import type { Schema } from './schema.ts'
import { nodeSqliteDialect } from './sqlite-dialect.ts'
import { takeDirectory } from './take-directory.ts'

export type OpenSqliteOptions = {
  /** Made where it does not exist, readable by this account alone. */
  readonly directory: string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/**
 * Opens `stagedoor.sqlite` in the directory, brought up to date.
 * Throws StorageError where another process holds it, it is damaged, or a newer program wrote it.
 */
export async function openSqlite({ directory, now }: OpenSqliteOptions): Promise<Storage> {
  const unlock = takeDirectory(directory)
  let database: DatabaseSync | undefined
  try {
    database = openDatabase(join(directory, 'stagedoor.sqlite'))
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(database) })
    await migrate(db, { now })
    return {
      db: overOneConnection(db),
      shared: false,
      now,
      onChange: () => () => undefined,
      close: async () => {
        await db.destroy()
        unlock()
      },
    }
  } catch (error) {
    database?.close()
    unlock()
    throw error
  }
}

/**
 * Transactions queue on the one connection, so that each of them is alone: inside one, use only what it hands in, since
 * waiting for another would never end.
 * @internal
 */
export function overOneConnection(db: Kysely<Schema>): Database {
  const run = async <T>(work: (trx: Queries) => Promise<T>): Promise<T> =>
    await db.transaction().execute(work)
  return {
    inTenant: (_, work) => run(work),
    acrossTenants: (work) => run(work),
    snapshot: (_, work) => run(work),
  }
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    // Made here, since SQLite would leave it readable to others; its side files inherit the mode.
    closeSync(openSync(path, 'a', 0o600))
    database = new DatabaseSync(path)
    // FULL: with WAL, anything less may lose acknowledged writes when the power fails.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    const check = database.prepare('PRAGMA quick_check').get()
    if (check?.['quick_check'] !== 'ok')
      throw new StorageError(`${path} is damaged: ${String(check?.['quick_check'])}`)
    return database
  } catch (error) {
    database?.close()
    if (error instanceof StorageError) throw error
    throw new StorageError(`${path} cannot be opened as a database`, { cause: error })
  }
}
