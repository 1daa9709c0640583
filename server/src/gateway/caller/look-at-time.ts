import { type Connection, cut, finish } from './connection.ts'
import { refuse } from './refuse-request.ts'
import { BODY_TOO_SLOW, HEAD_TOO_SLOW } from './unreadable.ts'

/** Ends what has taken too long. To be called for each connection, time and again. */
export function lookAtTime(connection: Connection): void {
  const { shared, body } = connection
  const { now } = shared.clock
  if (now >= connection.readDeadline) {
    connection.readDeadline = Number.POSITIVE_INFINITY
    readTooLate(connection)
  } else if (now >= connection.bodyDeadline) {
    connection.bodyDeadline = Number.POSITIVE_INFINITY
    if (body !== undefined) refuse(connection, BODY_TOO_SLOW)
  }
  lookAtAnswer(connection, now)
}

function readTooLate(connection: Connection): void {
  const { phase, body, held, answer } = connection
  if (phase === 'linger') return cut(connection)
  if (phase === 'head') {
    // Nothing was asked: nothing is answered.
    if (held.to === 0) finish(connection)
    else refuse(connection, HEAD_TOO_SLOW)
  } else if (body?.mode === 'discard') finish(connection)
  else if (body !== undefined) refuse(connection, BODY_TOO_SLOW)
  else if (connection.hasEnded && answer?.isHeadSent() === false) cut(connection)
}

/** A caller that takes nothing of what waits for it is cut off. */
function lookAtAnswer(connection: Connection, now: number): void {
  const { socket, shared } = connection
  if (connection.phase === 'closed') return
  if (socket.writableLength === 0) {
    connection.writeDeadline = Number.POSITIVE_INFINITY
    return
  }
  const taken = socket.bytesWritten - socket.writableLength
  if (connection.writeDeadline === Number.POSITIVE_INFINITY || taken !== connection.taken) {
    connection.taken = taken
    connection.writeDeadline = now + shared.limits.answerIdleMs
  } else if (now >= connection.writeDeadline) cut(connection)
}
