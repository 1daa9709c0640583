import type { Config } from '#config/config.ts'
import type { Storage } from '#storage/database.ts'
import { openPostgres } from '#storage/postgres.ts'
import { openSqlite } from '#storage/sqlite.ts'
import { takeDirectory } from '#storage/take-directory.ts'
import type { Surroundings } from './surroundings.ts'

export type OpenedStorage = {
  /** Undefined in a gateway, which has none. */
  readonly storage: Storage | undefined
  /** Frees the data directory as well. */
  readonly close: () => Promise<void>
}

/**
 * Takes the data directory for this process alone, and opens what the settings name as database: a gateway none. Throws
 * StorageError.
 */
export async function openStorage(
  { config, dataDirectory: directory }: { readonly config: Config; readonly dataDirectory: string },
  { now, log }: Surroundings,
): Promise<OpenedStorage> {
  const { role, database } = config
  if (role !== 'gateway' && database.url === undefined) {
    const storage = await openSqlite({ directory, now })
    return { storage, close: storage.close }
  }
  const unlock = takeDirectory(directory)
  try {
    if (role === 'gateway' || database.url === undefined)
      return { storage: undefined, close: async () => unlock() }
    const storage = await openPostgres({ ...database, url: database.url, now, log })
    return {
      storage,
      close: async () => {
        await storage.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}
