import { type Connection, deadline, finish } from './connection.ts'
import { refuse } from './refuse-request.ts'
import { readPiece } from './request-body.ts'
import { ENDS_EARLY } from './unreadable.ts'

/** There is nothing more to do before something changes. */
export const STUCK = -1

/** Reads on in the body of the request that is handled. @returns the first byte behind what was used, or STUCK */
export function stepBody(connection: Connection, bytes: Buffer, from: number, to: number): number {
  const { body, shared } = connection
  if (body?.reader === undefined || (body.mode === 'read' && !body.isWanted)) return STUCK
  const end = from < to ? readPiece(body, bytes, from, to) : from
  switch (body.reader.state()) {
    case 'done':
      connection.body = undefined
      connection.bodyDeadline = Number.POSITIVE_INFINITY
      connection.readDeadline = Number.POSITIVE_INFINITY
      if (body.mode === 'read') body.readable?.push(null)
      return end
    case 'bad':
      body.readable?.destroy(new Error(body.reader.problem()))
      refuse(connection, { code: 'request_malformed', detail: body.reader.problem() })
      return to
    case 'more':
      if (from === to && connection.hasEnded) {
        refuse(connection, ENDS_EARLY)
        return STUCK
      }
      if (body.mode === 'discard') return readAway(connection, end - from) ? end : STUCK
      connection.readDeadline = body.isWanted
        ? deadline(shared, shared.limits.bodyIdleMs)
        : Number.POSITIVE_INFINITY
      return end === from ? STUCK : end
  }
}

/** False: it is too much, and the connection ends. */
function readAway(connection: Connection, bytes: number): boolean {
  connection.discardable -= bytes
  if (connection.discardable >= 0) return bytes > 0
  finish(connection)
  return false
}
