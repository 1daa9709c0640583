import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { WireRequest } from '#gateway/wire/head.ts'
import { readRequestHead } from '#gateway/wire/read-request-head.ts'
import { createAnswer } from './caller-answer.ts'
import { type Connection, cut, deadline, finish, gone, type Request, type Shared } from './connection.ts'
import { hold, holdNothing, release } from './held-bytes.ts'
import { refuse } from './refuse-request.ts'
import { createRequestBody, discard, emptyBody, lateBody, readInto, readPiece } from './request-body.ts'
import { ENDS_EARLY } from './unreadable.ts'

const LF = 10
const STUCK = -1

export type Accepted = { readonly remoteAddress: string; readonly isSecure: boolean }

/** A connection that waits for its first request. Its socket is still to be watched: `watch`. */
export function createConnection(socket: Socket, shared: Shared, accepted: Accepted): Connection {
  return {
    socket,
    shared,
    ...accepted,
    proceed,
    phase: 'head',
    held: holdNothing(),
    isAdvancing: false,
    isPaused: false,
    isHeadBegun: true,
    hasEnded: false,
    answer: undefined,
    body: undefined,
    discardable: 0,
    readDeadline: deadline(shared, shared.limits.headMs),
    bodyDeadline: Number.POSITIVE_INFINITY,
    taken: 0,
    writeDeadline: Number.POSITIVE_INFINITY,
  }
}

/** Follows what its socket tells, but for the bytes. */
export function watch(connection: Connection): void {
  const { socket } = connection
  socket.on('drain', () => connection.answer?.drained())
  socket.once('end', () => {
    connection.hasEnded = true
    proceed(connection)
  })
  // `close` follows.
  socket.on('error', () => gone(connection))
  socket.once('close', () => gone(connection))
  // Without it the end is never told.
  socket.resume()
}

/** What came. The bytes are valid during the call only. */
export function takeBytes(connection: Connection, bytes: Buffer, length: number): void {
  const { held } = connection
  if (held.to === 0) {
    const end = advance(connection, bytes, 0, length)
    if (end < length) hold(held, bytes, end, length)
  } else {
    hold(held, bytes, 0, length)
    if (connection.phase !== 'head' || mayEndHead(connection, bytes, length)) proceed(connection)
  }
  settle(connection)
}

/** A head is read again only where a line of it has ended, or it is too long: not for each of its bytes. */
function mayEndHead({ held }: Connection, bytes: Buffer, length: number): boolean {
  const lineEnd = bytes.indexOf(LF)
  return (lineEnd >= 0 && lineEnd < length) || held.to - held.from > HEAD_WAITS_MAX
}

const HEAD_WAITS_MAX = 16_384

function proceed(connection: Connection): void {
  if (connection.isAdvancing) return
  const { held } = connection
  release(held, advance(connection, held.bytes, held.from, held.to))
  settle(connection)
}

/** Uses the bytes as far as it can. @returns the first one that is still to be used */
function advance(connection: Connection, bytes: Buffer, from: number, to: number): number {
  connection.isAdvancing = true
  let at = from
  for (let next = at; next !== STUCK; next = step(connection, bytes, at, to)) at = next
  connection.isAdvancing = false
  return connection.phase === 'closed' ? to : at
}

function step(connection: Connection, bytes: Buffer, from: number, to: number): number {
  switch (connection.phase) {
    case 'head':
      return stepHead(connection, bytes, from, to)
    case 'call':
      return stepCall(connection, bytes, from, to)
    case 'linger':
      return stepLinger(connection, from, to)
    case 'closed':
      return STUCK
  }
}

function stepHead(connection: Connection, bytes: Buffer, from: number, to: number): number {
  if (from === to) {
    if (connection.hasEnded || connection.shared.isClosing) finish(connection)
    return STUCK
  }
  const read = readRequestHead(bytes, from, to)
  if (read === undefined) {
    if (connection.hasEnded) return refused(connection, to)
    if (connection.isHeadBegun) return STUCK
    connection.isHeadBegun = true
    connection.readDeadline = deadline(connection.shared, connection.shared.limits.headMs)
    return STUCK
  }
  if (!read.ok) {
    refuse(connection, read.problem)
    return to
  }
  begin(connection, read.head)
  return read.end
}

function refused(connection: Connection, to: number): number {
  refuse(connection, ENDS_EARLY)
  return to
}

function begin(connection: Connection, head: WireRequest): void {
  const { shared, remoteAddress, isSecure } = connection
  const answer = createAnswer(connection, head)
  const { kind } = head.framing
  const hasBody = kind === 'chunked' || (kind === 'length' && head.framing.length > 0)
  connection.phase = 'call'
  connection.readDeadline = Number.POSITIVE_INFINITY
  connection.answer = answer
  connection.body = hasBody ? createRequestBody(head.framing) : undefined
  const request: Request = {
    method: head.method,
    target: head.target,
    minorVersion: head.minorVersion,
    fields: head.fields,
    framing: head.framing,
    keepAlive: head.keepAlive,
    expectsContinue: head.expectsContinue,
    remoteAddress,
    isSecure,
    body: askForBody,
    connection,
    answer,
    readable: undefined,
  }
  try {
    shared.handle(request, answer)
  } catch (error) {
    shared.onFault(error)
    cut(connection)
  }
}

function askForBody(this: Request): Readable {
  const { connection, answer, framing } = this
  if (this.readable !== undefined) return this.readable
  const { body, shared } = connection
  if (framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0))
    this.readable = emptyBody()
  else if (connection.answer !== answer || body === undefined) this.readable = lateBody()
  else {
    this.readable = readInto(body, connection)
    connection.bodyDeadline = deadline(shared, shared.limits.bodyMs)
  }
  return this.readable
}

function stepCall(connection: Connection, bytes: Buffer, from: number, to: number): number {
  const { answer, body } = connection
  const isAnswered = answer === undefined || answer.isClosed()
  if (body === undefined) return isAnswered ? endTurn(connection, from) : STUCK
  if (isAnswered && body.mode !== 'discard') {
    if (answer?.closes !== false) return endTurn(connection, from)
    discard(body)
    connection.discardable = connection.shared.limits.discardBytes
    connection.readDeadline = deadline(connection.shared, connection.shared.limits.discardMs)
    connection.bodyDeadline = Number.POSITIVE_INFINITY
    return from
  }
  if (body.mode === 'unread') return STUCK
  return stepBody(connection, bytes, from, to)
}

function stepBody(connection: Connection, bytes: Buffer, from: number, to: number): number {
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

function stepLinger(connection: Connection, from: number, to: number): number {
  if (from === to) return STUCK
  connection.discardable -= to - from
  if (connection.discardable < 0) cut(connection)
  return to
}

/** The next request's turn, or the end. */
function endTurn(connection: Connection, from: number): number {
  const { answer, shared } = connection
  connection.answer = undefined
  const { body } = connection
  connection.body = undefined
  body?.readable?.destroy(new Error('the request was answered before its body was read'))
  if (answer === undefined || answer.closes || shared.isClosing) {
    finish(connection)
    return from
  }
  connection.phase = 'head'
  connection.isHeadBegun = false
  connection.readDeadline = deadline(shared, shared.limits.idleMs)
  return from
}

/** Reads the socket where there is use for what comes. */
function settle(connection: Connection): void {
  const { phase, body, held, socket, shared } = connection
  if (phase === 'closed') return
  const isHeldBack =
    phase === 'call' &&
    (body?.mode === 'read' ? !body.isWanted : held.to - held.from >= shared.limits.heldBytes)
  if (isHeldBack === connection.isPaused) return
  connection.isPaused = isHeldBack
  if (isHeldBack) socket.pause()
  else socket.resume()
}
