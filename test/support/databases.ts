import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Storage } from '../../server/src/storage/database.ts'
import { openPostgres } from '../../server/src/storage/postgres.ts'
import { openSqlite } from '../../server/src/storage/sqlite.ts'
import { POSTGRES_BIN, type Postgres, startPostgres } from './postgres.ts'

/** A kind of database that the same tests are run on. */
export type Kind = {
  readonly name: 'SQLite' | 'PostgreSQL'
  /** Whether there is none on this machine. */
  readonly missing: boolean
  /** A new, empty one. */
  readonly open: () => Promise<Opened>
}

export type Opened = {
  readonly storage: Storage
  /** As a second process opens it: of SQLite there is none, so it is the same. */
  readonly other: () => Promise<Storage>
  /** Closes everything that was opened of it. */
  readonly close: () => Promise<void>
}

/** Options that are alike in all tests. */
export const POSTGRES_OPTIONS = {
  poolMax: 10,
  statementTimeoutMs: 20_000,
  lockTimeoutMs: 20_000,
  now: () => 1000,
  log: pino({ level: 'silent' }),
} as const

const SQLITE: Kind = {
  name: 'SQLite',
  missing: false,
  open: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stagedoor-sqlite-'))
    const storage = await openSqlite({ directory, now: () => 1000 })
    return {
      storage,
      other: async () => storage,
      close: async () => {
        await storage.close()
        rmSync(directory, { recursive: true, force: true })
      },
    }
  },
}

let server: Promise<Postgres> | undefined

/** The server of this worker, started when it is first asked for. */
export async function sharedPostgres(): Promise<Postgres> {
  server ??= startPostgres()
  return await server
}

/** To be called after all tests of a file. */
export async function closeSharedPostgres(): Promise<void> {
  await (await server)?.close()
  server = undefined
}

const POSTGRESQL: Kind = {
  name: 'PostgreSQL',
  missing: POSTGRES_BIN === undefined,
  open: async () => {
    const { url } = await (await sharedPostgres()).freshDatabase()
    const opened: Storage[] = []
    const open = async (): Promise<Storage> => {
      const storage = await openPostgres({ ...POSTGRES_OPTIONS, url })
      opened.push(storage)
      return storage
    }
    return {
      storage: await open(),
      other: open,
      close: async () => void (await Promise.all(opened.map((each) => each.close()))),
    }
  },
}

/** What a contract is tested on. */
export const DATABASES: readonly Kind[] = [SQLITE, POSTGRESQL]

/** What the tests that do not say it run on: SQLite, or PostgreSQL where STAGEDOOR_TEST_DATABASE is `postgres`. */
export const TESTED_ON = process.env['STAGEDOOR_TEST_DATABASE'] === 'postgres' ? 'PostgreSQL' : 'SQLite'

/** Rows of a table that is only ever added to come in the order in which they were. */
export const INSERTION_ORDER = TESTED_ON === 'SQLite' ? 'rowid' : 'ctid'

/** A new storage of the kind that is tested on. The directory is SQLite's, as openSqlite takes it. */
export async function openTestStorage(directory: string): Promise<Storage> {
  if (TESTED_ON === 'SQLite') return await openSqlite({ directory, now: Date.now })
  const { url } = await (await sharedPostgres()).freshDatabase()
  return await openPostgres({ ...POSTGRES_OPTIONS, url, now: Date.now })
}
