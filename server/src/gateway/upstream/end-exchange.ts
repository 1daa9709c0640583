import type { Connection, HowGone } from './connection.ts'
import { UpstreamError, type UpstreamErrorCode } from './exchange-upstream.ts'
import { keptAliveMs } from './kept-alive.ts'
import { NEVER } from './pool-clock.ts'
import { maySendAgain } from './sent-again.ts'
import { failCall, type UpstreamCall } from './upstream-call.ts'

/** @param isMoreRead bytes came after the answer's end: a second answer, or one of another length, must reach nobody */
export function complete(connection: Connection, isMoreRead: boolean): void {
  const { reader, owner, call, socket, sender } = connection
  const head = reader.head()
  if (call === undefined || head === undefined) return
  const trailers = reader.trailers()
  const keptMs = keptAliveMs(head.fields, owner.times.idleKeptMs)
  const isReusable = head.keepAlive && connection.isWholeSent && !isMoreRead && socket.writableLength === 0
  connection.call = undefined
  connection.keptSince = NEVER
  call.connection = undefined
  call.isOver = true
  reader.stop()
  sender.stop()
  // With TLS what was decrypted already still comes after a pause.
  if (connection.isSocketPaused) socket.resume()
  connection.isSocketPaused = false
  if (isReusable && keptMs > 0) {
    connection.phase = 'idle'
    connection.deadline = owner.clock.after(keptMs)
    owner.onFree(connection.self)
  } else leave(connection, 'closed')
  call.sink.onEnd(trailers)
}

export function endOfBytes(connection: Connection): void {
  const { reader } = connection
  if (reader.state() === 'body' && reader.head()?.framing.kind === 'close') complete(connection, false)
  else breakOff(connection, 'unreachable', 'The upstream closed the connection before its answer was whole.')
}

/** Ends the connection, and its call with an error unless the call may go once more. */
export function breakOff(
  connection: Connection,
  code: UpstreamErrorCode,
  why: string,
  cause?: unknown,
): void {
  const { call, phase } = connection
  if (phase === 'gone') return
  // Kept alive, and nothing came: the upstream may have closed it before it saw the request.
  const isUnseen = code === 'unreachable' && connection.exchanges > 1 && !connection.isAnyByteAnswered
  const isAgain = call !== undefined && isUnseen && (!connection.isWritten || maySendAgain(call))
  leave(connection, phase === 'connecting' ? 'not_connected' : 'closed', isAgain ? call : undefined)
  if (call !== undefined && !isAgain) failCall(call, new UpstreamError(code, why, { cause }))
}

export function leave(connection: Connection, how: HowGone, again?: UpstreamCall): void {
  const { reader, sender, socket, owner, self } = connection
  if (connection.phase === 'gone') return
  connection.phase = 'gone'
  connection.call = undefined
  connection.deadline = NEVER
  connection.keptSince = NEVER
  reader.stop()
  sender.stop()
  socket.destroy()
  owner.onGone(self, how, again)
}
