import type { Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** Queries within one transaction. */
export type Queries = Transaction<Schema>

/**
 * An open database, whichever it is. Every query is within one of these. Work may run more than once, where the database
 * asks for that: it has no effects but its queries and what it returns. What it throws undoes it.
 */
export type Database = {
  /**
   * For one tenant: of tables with a tenant it sees and changes that one's rows alone. Such work of one tenant runs one after
   * another, on every database and in every process, so what it reads stays true until it is done.
   */
  readonly inTenant: <T>(tenantId: string, work: (trx: Queries) => Promise<T>) => Promise<T>
  /**
   * For what belongs to no tenant or to all: people, sessions, finding a token. Runs beside other work; with a name for its
   * `turn`, works of the same name run one after another.
   */
  readonly acrossTenants: <T>(work: (trx: Queries) => Promise<T>, turn?: string) => Promise<T>
  /** Reads as of one instant, of one tenant, or of `undefined`: of all. Writes nothing, and waits for nobody. */
  readonly snapshot: <T>(tenantId: string | undefined, work: (trx: Queries) => Promise<T>) => Promise<T>
}

/** An open storage. */
export type Storage = {
  readonly db: Database
  /** Whether other processes may write to it too. */
  readonly shared: boolean
  /** Epoch milliseconds, by a clock that all processes have in common that use the database. */
  readonly now: () => number
  /** Calls back when another process may have committed a change; sometimes for nothing, and sometimes not at all. */
  readonly onChange: (wake: () => void) => () => void
  readonly close: () => Promise<void>
}
