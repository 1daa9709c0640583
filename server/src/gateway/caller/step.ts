import type { Readable } from 'node:stream'
import type { WireRequest } from '#gateway/wire/head.ts'
import { readRequestHead } from '#gateway/wire/read-request-head.ts'
import { createAnswer } from './caller-answer.ts'
import { type Connection, cut, deadline, finish, type Request } from './connection.ts'
import { refuse } from './refuse-request.ts'
import { createRequestBody, discard, emptyBody, lateBody, readInto } from './request-body.ts'
import { STUCK, stepBody } from './step-body.ts'
import { ENDS_EARLY } from './unreadable.ts'

/** One step of a connection with the bytes that it has. @returns where the next one begins, or STUCK */
export function step(connection: Connection, bytes: Buffer, from: number, to: number): number {
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
  shared.running += 1
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
  if (body === undefined) {
    if (isAnswered) return endTurn(connection, from)
    if (connection.hasEnded) waitForAnswer(connection)
    return STUCK
  }
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

/**
 * Most of those that have ended their side are gone, and what is done for them upstream is done for nobody; a few only say that
 * they send no more.
 */
function waitForAnswer(connection: Connection): void {
  const { shared } = connection
  if (connection.readDeadline === Number.POSITIVE_INFINITY)
    connection.readDeadline = deadline(shared, shared.limits.halfOpenMs)
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
