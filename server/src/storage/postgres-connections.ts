import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { StorageUnavailable } from './errors.ts'
import { ConnectionLost, isConnectionFailure } from './postgres-failures.ts'

const CONNECT_MS = 3_000

/** Settings of one connection, for the pool and for the one that listens. */
export type ConnectionSettings = pg.ClientConfig

/** @param url checked before; the password stays in it */
export function connectionSettings(url: string): ConnectionSettings {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'stagedoor',
    types: { getTypeParser: typeParser },
  }
}

const INT8 = 20
const NUMERIC = 1700

/** Counts and instants are numbers here. One that a number cannot hold exactly is an error, never rounded. */
function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8 || oid === NUMERIC ? toSafeInteger : pg.types.getTypeParser(oid, format ?? 'text')
}

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('the database holds a number that is too large')
  return value
}

export type ConnectionsOptions = {
  readonly settings: ConnectionSettings
  readonly max: number
  /** A query without an answer for so long counts as a broken connection: its server may be gone without a word. */
  readonly silenceMs: number
  readonly log: Logger
}

/**
 * The connections, as Kysely takes them. What they reject with tells whether the work may run again: ConnectionLost before a
 * commit was sent, StorageUnavailable where there is no connection or nobody knows whether the commit took place.
 */
export function createConnections({ settings, max, silenceMs, log }: ConnectionsOptions): PostgresPool {
  const pool = new pg.Pool({ ...settings, max })
  // Without these two a connection that breaks while nobody uses it, or between two queries, would end the process.
  // The pool puts the whole client into the error: its key for cancelling, and all that TLS was told.
  pool.on('error', ({ message: reason }) => log.warn({ reason }, 'an idle connection to the database broke'))
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    options: {},
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw new StorageUnavailable('there is no connection to the database', { cause: error })
      })
      return watched(client, silenceMs)
    },
  }
}

/** One use of a connection: after its first failure nothing more is sent, and it does not come back to the pool. */
function watched(client: pg.PoolClient, silenceMs: number): PostgresPoolClient {
  let state: State = 'fine'
  let released = false
  // Between two queries nobody else would learn of it; a commit that is not sent can safely be tried again.
  const onError = (): void => {
    if (state === 'fine') state = 'broken'
  }
  client.on('error', onError)
  const release = (destroy = false): void => {
    if (released) return
    released = true
    client.off('error', onError)
    client.release(destroy || state !== 'fine')
  }
  const ask = async (sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> => {
    const timer = setTimeout(() => {
      state = 'silent'
      // With a query under way this destroys the socket, and the query rejects.
      release()
    }, silenceMs)
    try {
      return await client.query(sql, parameters.map(storable))
    } finally {
      clearTimeout(timer)
    }
  }
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    const undone = { command: 'ROLLBACK', rowCount: 0, rows: [] }
    // Undone by the server already. An error here would hide the one that led here.
    if (state !== 'fine' && sql === 'rollback') return undone
    if (state !== 'fine') throw lost(state, undefined)
    try {
      return await ask(sql, parameters)
    } catch (error) {
      if (state === 'fine' && !isConnectionFailure(error)) throw error
      onError()
      if (sql === 'rollback') return undone
      if (sql !== 'commit') throw lost(state, error)
      const message = 'the connection to the database was lost while a change was committed'
      throw new StorageUnavailable(message, { cause: error, outcomeUnknown: true })
    }
  }
  // Kysely's type is generic in the rows, and has another form for cursors, which are not used here.
  return { query: query as PostgresPoolClient['query'], release }
}

/** PostgreSQL's texts hold no U+0000. It becomes what UTF-8 makes of everything else that it cannot write: it is found nowhere. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}

type State = 'fine' | 'broken' | 'silent'

function lost(state: State, cause: unknown): Error {
  // Who has waited so long for nothing is not made to wait again.
  return state === 'silent'
    ? new StorageUnavailable('the database does not answer', { cause })
    : new ConnectionLost('the connection to the database broke', { cause })
}
