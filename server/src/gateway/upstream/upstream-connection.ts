import { createAnswerReader } from './answer-reader.ts'
import { createBodySender } from './body-sender.ts'
import type { Connection, ConnectionOwner, UpstreamConnection } from './connection.ts'
import { breakOff, complete, endOfBytes, leave } from './end-exchange.ts'
import { openSocket } from './open-socket.ts'
import { NEVER } from './pool-clock.ts'
import type { UpstreamCall } from './upstream-call.ts'
import { writeRequest } from './write-request.ts'

/** Opens one for this call. */
export function openConnection(owner: ConnectionOwner, first: UpstreamCall): UpstreamConnection {
  const self: UpstreamConnection = {
    carry: (call) => carry(connection, call),
    resume: () => resume(connection),
    destroy: () => leave(connection, connection.phase === 'connecting' ? 'abandoned' : 'closed'),
    caller: () => connection.call?.request.caller,
    keptSince: () => connection.keptSince,
    keptBy: () => (connection.keptSince === NEVER ? undefined : connection.call?.request.caller),
    evict: () =>
      breakOff(connection, 'overloaded', 'Others waited for the connection, and its caller was slow.'),
    checkTime: (now) => checkTime(connection, now),
  }
  const socket = openSocket(
    owner.address,
    { onConnect: () => begin(connection), onRead: (bytes, length) => read(connection, bytes, length) },
    owner.tls,
  )
  const connection: Connection = {
    owner,
    self,
    socket,
    reader: createAnswerReader(),
    sender: createBodySender(socket, {
      onWhole: () => awaitAnswer(connection),
      onBroken: (why, cause) =>
        breakOff(connection, 'body_failed', `The body of the request: ${why}.`, cause),
    }),
    phase: 'connecting',
    call: first,
    exchanges: 0,
    isAnyByteAnswered: false,
    isWritten: true,
    isWholeSent: false,
    isSocketPaused: false,
    deadline: owner.clock.after(owner.times.connectMs),
    keptSince: NEVER,
    sentBytes: 0,
  }
  first.connection = self
  socket.on('drain', () => drain(connection))
  socket.on('end', () => endOfBytes(connection))
  socket.on('error', (error) =>
    breakOff(connection, 'unreachable', `The connection failed: ${reason(error)}.`, error),
  )
  socket.on('close', () => breakOff(connection, 'unreachable', 'The connection closed.'))
  return self
}

/** Where several addresses were tried the error has no message of its own. */
function reason(error: Error): string {
  if (error.message !== '') return error.message
  return 'code' in error ? String(error.code) : error.name
}

function begin(connection: Connection): void {
  const { call } = connection
  if (connection.phase !== 'connecting' || call === undefined) return
  connection.owner.onConnected()
  connection.phase = 'idle'
  connection.call = undefined
  carry(connection, call)
}

function carry(connection: Connection, call: UpstreamCall): boolean {
  const { socket, reader, sender, owner } = connection
  if (connection.phase !== 'idle' || socket.destroyed) return false
  const { body, method } = call.request
  call.connection = connection.self
  connection.call = call
  connection.exchanges += 1
  connection.isAnyByteAnswered = false
  connection.isWholeSent = false
  connection.keptSince = NEVER
  reader.begin(method, call.sink)
  const canGoOn = writeRequest(connection, call.request, owner.isBusy())
  if (body.kind === 'stream') {
    connection.phase = 'sending'
    connection.deadline = NEVER
    connection.keptSince = owner.clock.now()
    connection.sentBytes = 0
    sender.start(body.content, body.length)
    return true
  }
  awaitAnswer(connection)
  // A body that the socket still holds: the answer's time begins when it has left.
  if (!canGoOn) connection.deadline = owner.clock.after(Math.max(owner.times.answerMs, owner.times.idleMs))
  return true
}

function awaitAnswer(connection: Connection): void {
  const { owner } = connection
  connection.isWholeSent = true
  connection.keptSince = NEVER
  connection.phase = 'awaiting'
  connection.deadline = owner.clock.after(owner.times.answerMs)
}

function drain(connection: Connection): void {
  const { owner, sender } = connection
  if (connection.phase === 'awaiting') connection.deadline = owner.clock.after(owner.times.answerMs)
  if (connection.phase === 'sending') connection.deadline = NEVER
  sender.goOn()
}

/** @returns false to pause */
function read(connection: Connection, bytes: Buffer, length: number): boolean {
  const { reader, owner, call, sender } = connection
  if (call === undefined || !connection.isWritten) {
    // Bytes that nobody asked for: the next call would take them for its answer.
    breakOff(connection, 'unreachable', 'The upstream sent bytes that no request had asked for.')
    return false
  }
  connection.isAnyByteAnswered = true
  const end = reader.read(bytes, 0, length)
  // The sink may have aborted it.
  if (connection.call !== call) return false
  const state = reader.state()
  if (state === 'bad') breakOff(connection, 'answer_invalid', reader.problem())
  else if (state === 'whole') complete(connection, end < length)
  else if (state === 'body') {
    // An early answer: the rest of the request is of no use (RFC 9112 9.3), and the connection ends after it.
    if (connection.phase === 'sending') sender.stop()
    connection.phase = 'answering'
    connection.isSocketPaused = reader.isPaused
    connection.deadline = reader.isPaused ? NEVER : owner.clock.after(owner.times.idleMs)
    connection.keptSince = reader.isPaused ? owner.clock.now() : NEVER
    return !reader.isPaused
  }
  return connection.phase !== 'gone'
}

function resume(connection: Connection): void {
  const { reader, owner, socket } = connection
  reader.isPaused = false
  if (!connection.isSocketPaused) return
  connection.isSocketPaused = false
  connection.keptSince = NEVER
  connection.deadline = owner.clock.after(owner.times.idleMs)
  socket.resume()
}

/** A body that comes at a fair pace keeps nobody waiting. */
function lookAtPace(connection: Connection, now: number): void {
  const { sender } = connection
  const sent = sender.sentBytes()
  const isBlocked = sender.isBlocked()
  if (!isBlocked && sent - connection.sentBytes < PACE_BYTES) return
  connection.sentBytes = sent
  connection.keptSince = now
}

/** Of a body, in the time that a caller may keep a connection waiting. */
const PACE_BYTES = 16_384

function checkTime(connection: Connection, now: number): void {
  const { phase, sender, owner } = connection
  if (phase === 'sending') lookAtPace(connection, now)
  if (phase === 'sending' && sender.isBlocked() && connection.deadline === NEVER)
    connection.deadline = owner.clock.after(owner.times.idleMs)
  if (now < connection.deadline) return
  if (phase === 'idle') leave(connection, 'closed')
  else breakOff(connection, 'timeout', `The upstream took too long (${phase}).`)
}
