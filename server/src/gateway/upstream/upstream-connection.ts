import type { Socket } from 'node:net'
import { type AnswerReader, createAnswerReader } from './answer-reader.ts'
import { type BodySender, createBodySender } from './body-sender.ts'
import { UpstreamError, type UpstreamErrorCode } from './exchange-upstream.ts'
import { keptAliveMs } from './kept-alive.ts'
import { openSocket, type TlsSession, type UpstreamAddress } from './open-socket.ts'
import { NEVER, type PoolClock } from './pool-clock.ts'
import { maySendAgain } from './sent-again.ts'
import { failCall, type UpstreamCall } from './upstream-call.ts'
import { writeRequest } from './write-request.ts'

/** Milliseconds: connecting with TLS; from the request to the head; between pieces; a connection without an exchange. */
export type UpstreamTimes = {
  readonly connectMs: number
  readonly answerMs: number
  readonly idleMs: number
  readonly idleKeptMs: number
}

/** What connections have in common, and whom they report to. */
export type ConnectionOwner = {
  readonly address: UpstreamAddress
  readonly times: UpstreamTimes
  readonly clock: PoolClock
  readonly session: TlsSession
  readonly onConnected: () => void
  /** It may carry the next exchange. */
  readonly onFree: (connection: UpstreamConnection) => void
  /** It has closed. `again` is a call that is to go on a new connection. */
  readonly onGone: (connection: UpstreamConnection, how: HowGone, again: UpstreamCall | undefined) => void
}

/** Why a connection closed: it never came about, it was given up before it did, or it had come about. */
export type HowGone = 'not_connected' | 'abandoned' | 'closed'

/** One connection to an upstream: one exchange at a time, no pipelining. */
export type UpstreamConnection = {
  /** Carries a call, as the first one once it is connected; later ones after onFree. False: it has just closed, and nothing was sent. */
  readonly carry: (call: UpstreamCall) => boolean
  readonly resume: () => void
  /** Closes it at once; its call, if any, hears nothing. */
  readonly destroy: () => void
  /** Called at each step of the clock. */
  readonly checkTime: (now: number) => void
}

type Connection = {
  readonly owner: ConnectionOwner
  readonly self: UpstreamConnection
  readonly socket: Socket
  readonly reader: AnswerReader
  readonly sender: BodySender
  phase: 'connecting' | 'idle' | 'sending' | 'awaiting' | 'answering' | 'gone'
  call: UpstreamCall | undefined
  exchanges: number
  isAnyByteAnswered: boolean
  isWholeSent: boolean
  isSocketPaused: boolean
  deadline: number
}

/** Opens one for this call. */
export function openConnection(owner: ConnectionOwner, first: UpstreamCall): UpstreamConnection {
  const self: UpstreamConnection = {
    carry: (call) => carry(connection, call),
    resume: () => resume(connection),
    destroy: () => leave(connection, connection.phase === 'connecting' ? 'abandoned' : 'closed'),
    checkTime: (now) => checkTime(connection, now),
  }
  const socket = openSocket(
    owner.address,
    { onConnect: () => begin(connection), onRead: (bytes, length) => read(connection, bytes, length) },
    owner.session,
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
    isWholeSent: false,
    isSocketPaused: false,
    deadline: owner.clock.after(owner.times.connectMs),
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
  reader.begin(method, call.sink)
  const canGoOn = writeRequest(socket, call.request)
  if (body.kind === 'stream') {
    connection.phase = 'sending'
    connection.deadline = NEVER
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
  if (call === undefined) {
    // Bytes that nobody asked for: the next call would take them for its answer.
    leave(connection, 'closed')
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
    return !reader.isPaused
  }
  return connection.phase !== 'gone'
}

function resume(connection: Connection): void {
  const { reader, owner, socket } = connection
  reader.isPaused = false
  if (!connection.isSocketPaused) return
  connection.isSocketPaused = false
  connection.deadline = owner.clock.after(owner.times.idleMs)
  socket.resume()
}

/** @param isMoreRead bytes came after the answer's end: a second answer, or one of another length, must reach nobody */
function complete(connection: Connection, isMoreRead: boolean): void {
  const { reader, owner, call, socket, sender } = connection
  const head = reader.head()
  if (call === undefined || head === undefined) return
  const trailers = reader.trailers()
  const keptMs = keptAliveMs(head.fields, owner.times.idleKeptMs)
  const isReusable = head.keepAlive && connection.isWholeSent && !isMoreRead && socket.writableLength === 0
  connection.call = undefined
  call.connection = undefined
  call.isOver = true
  reader.stop()
  sender.stop()
  // With TLS what was decrypted already still comes after a pause.
  resume(connection)
  if (isReusable && keptMs > 0) {
    connection.phase = 'idle'
    connection.deadline = owner.clock.after(keptMs)
    owner.onFree(connection.self)
  } else leave(connection, 'closed')
  call.sink.onEnd(trailers)
}

function endOfBytes(connection: Connection): void {
  const { reader } = connection
  if (reader.state() === 'body' && reader.head()?.framing.kind === 'close') complete(connection, false)
  else breakOff(connection, 'unreachable', 'The upstream closed the connection before its answer was whole.')
}

function checkTime(connection: Connection, now: number): void {
  const { phase, sender, owner } = connection
  if (phase === 'sending' && sender.isBlocked() && connection.deadline === NEVER)
    connection.deadline = owner.clock.after(owner.times.idleMs)
  if (now < connection.deadline) return
  if (phase === 'idle') leave(connection, 'closed')
  else breakOff(connection, 'timeout', `The upstream took too long (${phase}).`)
}

/** Ends the connection, and its call with an error unless the call may go once more. */
function breakOff(connection: Connection, code: UpstreamErrorCode, why: string, cause?: unknown): void {
  const { call, phase } = connection
  if (phase === 'gone') return
  // Kept alive, and nothing came: the upstream may have closed it before it saw the request.
  const isUnseen = code === 'unreachable' && connection.exchanges > 1 && !connection.isAnyByteAnswered
  const isAgain = call !== undefined && isUnseen && maySendAgain(call)
  leave(connection, phase === 'connecting' ? 'not_connected' : 'closed', isAgain ? call : undefined)
  if (call !== undefined && !isAgain) failCall(call, new UpstreamError(code, why, { cause }))
}

function leave(connection: Connection, how: HowGone, again?: UpstreamCall): void {
  const { reader, sender, socket, owner, self } = connection
  if (connection.phase === 'gone') return
  connection.phase = 'gone'
  connection.call = undefined
  connection.deadline = NEVER
  reader.stop()
  sender.stop()
  socket.destroy()
  owner.onGone(self, how, again)
}
