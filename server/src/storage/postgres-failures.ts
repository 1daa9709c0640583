import pg from 'pg'
import { StorageUnavailable } from './errors.ts'

/** A connection that broke before a commit was sent: nothing was changed, so the work may run again on another one. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** What is to be done about work that failed. */
export type Remedy = 'again' | 'again_once' | 'give_up'

/** Serialization failure, deadlock, lost connection: as often as the caller likes; unique violation: once. */
export function remedyFor(error: unknown): Remedy {
  if (error instanceof ConnectionLost) return 'again'
  if (!(error instanceof pg.DatabaseError)) return 'give_up'
  switch (error.code) {
    case '40001':
    case '40P01':
      return 'again'
    case '23505':
      return 'again_once'
    default:
      return 'give_up'
  }
}

// Appendix A of PostgreSQL's manual. 08: connections; 53: out of something; 57P: going down, or not up yet.
const UNAVAILABLE_CLASSES: readonly string[] = ['08', '53']
const UNAVAILABLE: readonly string[] = [
  '25006', // Read-only: a standby, or a primary that was replaced.
  '25P03',
  '55P03', // Lock time-out.
  '57014', // Statement time-out, or cancelled by an administrator.
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]

/** The error as the storage's callers know it. Values of rows, which PostgreSQL puts into details, are taken away. */
export function toStorageFailure(error: unknown): unknown {
  if (error instanceof ConnectionLost)
    return new StorageUnavailable('the connection to the database broke, again and again', { cause: error })
  if (!(error instanceof pg.DatabaseError)) return error
  withoutValues(error)
  const { code = '', message } = error
  return UNAVAILABLE.includes(code) || UNAVAILABLE_CLASSES.includes(code.slice(0, 2))
    ? new StorageUnavailable(`the database answers ${code}: ${message}`, { cause: error })
    : error
}

/** What the server says last on a connection that it closes, or what the socket says. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof pg.DatabaseError)
    return error.severity === 'FATAL' || error.severity === 'PANIC' || error.code?.slice(0, 2) === '08'
  // Everything else that a query rejects with comes from the socket; those two are faults of ours.
  return error instanceof Error && !(error instanceof TypeError || error instanceof RangeError)
}

function withoutValues(error: pg.DatabaseError): void {
  error.detail = undefined
  error.where = undefined
  error.internalQuery = undefined
}
