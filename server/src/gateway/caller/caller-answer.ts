import type { Writable } from 'node:stream'
import type { FieldLines, WireRequest } from '#gateway/wire/head.ts'
import { writeFields, writeStatusLine } from '#gateway/wire/write-head.ts'
import { type AnswerFields, type AnswerFraming, toAnswerFields, writeAnswerHead } from './answer-head.ts'
import { answerStream } from './answer-stream.ts'
import type { AnswerOptions, CallerAnswer } from './caller-call.ts'
import { type Connection, cut } from './connection.ts'
import { flush, flushSoon, flushWhole, sendBytes, sendText } from './outgoing.ts'

/**
 * The answer of one turn of a connection. Its methods are the same functions for all of them and are told by `this` whose they
 * are: nothing is made per request but this object.
 */
export type Answer = CallerAnswer & {
  readonly connection: Connection
  readonly request: WireRequest
  sent: number
  framing: AnswerFraming
  /** Bytes that the length still promises. */
  left: number
  /** The connection ends after it. */
  closes: boolean
  awaitsContinue: boolean
  isEnded: boolean
  isOver: boolean
  closeListener: (() => void) | undefined
  drainListener: (() => void) | undefined
  /** More can be written. */
  readonly drained: () => void
  /** Over, sent or not: whoever holds it is told, and can write nothing any more. */
  readonly leave: () => void
}

export function createAnswer(connection: Connection, request: WireRequest): Answer {
  return {
    connection,
    request,
    sent: 0,
    framing: 'none',
    left: 0,
    closes: !request.keepAlive,
    awaitsContinue: request.expectsContinue,
    isEnded: false,
    isOver: false,
    closeListener: undefined,
    drainListener: undefined,
    status,
    isHeadSent,
    isClosed,
    onClose,
    writeContinue,
    writeInterim,
    writeHead,
    write,
    onDrain,
    end,
    destroy,
    writable,
    drained,
    leave,
  }
}

function status(this: Answer): number {
  return this.sent
}

function isHeadSent(this: Answer): boolean {
  return this.sent !== 0
}

function isClosed(this: Answer): boolean {
  return this.isOver
}

function onClose(this: Answer, listener: () => void): void {
  if (this.isOver) listener()
  else this.closeListener = both(this.closeListener, listener)
}

function onDrain(this: Answer, listener: () => void): void {
  if (!this.isOver) this.drainListener = both(this.drainListener, listener)
}

function writeContinue(this: Answer): void {
  if (this.isOver || this.sent !== 0 || !this.awaitsContinue) return
  this.awaitsContinue = false
  sendText(this.connection, 'HTTP/1.1 100 Continue\r\n\r\n')
  flush()
}

function writeInterim(this: Answer, status: number, fields: FieldLines): void {
  if (this.isOver || this.sent !== 0 || this.request.minorVersion === 0) return
  sendText(this.connection, `${writeStatusLine(status)}${writeFields(fields)}\r\n`)
  flushSoon(this.connection)
}

function writeHead(
  this: Answer,
  status: number,
  fields: AnswerFields | FieldLines,
  options?: AnswerOptions,
): void {
  if (this.isOver) return
  if (this.sent !== 0) throw new Error('the head of an answer is written twice')
  const { connection, request } = this
  const given = 'text' in fields ? fields : toAnswerFields(fields)
  const head = writeAnswerHead(status, given, {
    isForHead: request.method === 'HEAD',
    minorVersion: request.minorVersion,
    closes: this.closes || options?.close === true || endsWithIt(this),
    dateLine: connection.shared.clock.dateLine,
  })
  this.sent = status
  this.framing = head.framing
  this.left = head.framing === 'length' ? given.length : 0
  this.closes = head.closes
  sendText(connection, head.text)
  flushSoon(connection)
}

/** Whether no other request can follow on its connection. */
function endsWithIt({ connection, awaitsContinue }: Answer): boolean {
  const { shared, body } = connection
  if (shared.isClosing) return true
  if (body === undefined) return false
  // Whoever was not told to send the body may or may not send it.
  if (awaitsContinue) return true
  const { framing, mode } = body
  return mode !== 'read' && framing.kind === 'length' && framing.length > shared.limits.discardBytes
}

function write(this: Answer, bytes: Buffer, start = 0, end = bytes.length): boolean {
  if (this.isOver || this.isEnded) return true
  sendContent(this, bytes, start, end)
  if (this.isOver) return true
  flushSoon(this.connection)
  return !this.connection.socket.writableNeedDrain
}

function sendContent(answer: Answer, bytes: Buffer, start: number, end: number): void {
  const { connection, framing } = answer
  const length = end - start
  if (answer.sent === 0) throw new Error('the body of an answer is written before its head')
  // An empty chunk would be the last one (RFC 9112 7.1).
  if (framing === 'none' || length === 0) return
  if (framing === 'length') {
    if (length > answer.left) return cut(connection)
    answer.left -= length
  }
  if (framing === 'chunked') sendText(connection, `${length.toString(16)}\r\n`)
  sendBytes(connection, bytes, start, end)
  if (framing === 'chunked') sendText(connection, '\r\n')
}

function end(this: Answer, bytes?: Uint8Array, trailers?: FieldLines): void {
  if (this.isOver || this.isEnded) return
  if (bytes !== undefined) sendContent(this, toBuffer(bytes), 0, bytes.length)
  if (this.isOver) return
  const { connection } = this
  if (this.sent === 0 || (this.framing === 'length' && this.left > 0)) return cut(connection)
  if (this.framing === 'chunked')
    sendText(connection, `0\r\n${trailers === undefined ? '' : writeFields(trailers)}\r\n`)
  this.isEnded = true
  flushWhole(connection)
  if (!this.isOver && !connection.isSending && !connection.socket.writableNeedDrain) complete(this)
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function destroy(this: Answer): void {
  if (this.isOver) return
  const { socket, isSecure } = this.connection
  // Where only the end of the connection ends the body, an orderly one would pass for it.
  if (this.framing === 'close' && this.sent !== 0 && !isSecure) socket.resetAndDestroy()
  cut(this.connection)
}

function writable(this: Answer): Writable {
  return answerStream(this)
}

function drained(this: Answer): void {
  if (this.isEnded) return complete(this)
  const listener = this.drainListener
  this.drainListener = undefined
  listener?.()
}

function leave(this: Answer): void {
  if (this.isOver) return
  this.isOver = true
  this.connection.shared.running -= 1
  const listener = this.closeListener
  this.closeListener = undefined
  this.drainListener = undefined
  listener?.()
}

function complete(answer: Answer): void {
  answer.leave()
  answer.connection.proceed(answer.connection)
}

function both(first: (() => void) | undefined, second: () => void): () => void {
  if (first === undefined) return second
  return () => {
    first()
    second()
  }
}
