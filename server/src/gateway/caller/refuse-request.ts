import { writeStatusLine } from '#gateway/wire/write-head.ts'
import { type Connection, cut, finish } from './connection.ts'
import { sendText } from './outgoing.ts'
import type { ConnectionProblem } from './unreadable.ts'

/**
 * Answers a request that cannot be read or does not come, if no answer to it has begun; else there is nothing to say. The
 * connection ends: nobody knows where the next request would begin.
 */
export function refuse(connection: Connection, problem: ConnectionProblem): void {
  const { answer, body, shared, phase } = connection
  const isSilent = phase === 'head' || (answer !== undefined && !answer.isClosed() && !answer.isHeadSent())
  if (!isSilent) {
    // An answer that is whole may still be on its way.
    if (answer === undefined || answer.isClosed()) return finish(connection)
    return cut(connection)
  }
  connection.answer = undefined
  connection.body = undefined
  const { status, body: content } = shared.answerProblem(problem)
  sendText(
    connection,
    `${writeStatusLine(status)}content-type: application/problem+json\r\ncache-control: no-store\r\n` +
      `x-content-type-options: nosniff\r\ncontent-length: ${Buffer.byteLength(content)}\r\n${shared.clock.dateLine}connection: close\r\n\r\n`,
  )
  sendText(connection, Buffer.from(content).toString('latin1'))
  finish(connection)
  body?.readable?.destroy(new Error(problem.detail))
  answer?.leave()
}
