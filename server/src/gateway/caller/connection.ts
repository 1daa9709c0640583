import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Answer } from './caller-answer.ts'
import type { CallerRequest, HandleCall } from './caller-call.ts'
import type { CoarseClock } from './coarse-clock.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { CallerLimits } from './limits.ts'
import { flush } from './outgoing.ts'
import type { RequestBody } from './request-body.ts'
import type { AnswerProblem } from './unreadable.ts'

/** What the connections of a listener share. */
export type Shared = {
  readonly handle: HandleCall
  readonly answerProblem: AnswerProblem
  /** A fault of the handler. */
  readonly onFault: (error: unknown) => void
  readonly limits: CallerLimits
  readonly clock: CoarseClock
  /** Requests that are handled. */
  running: number
  /** The listener stops: no connection serves another request. */
  isClosing: boolean
}

/**
 * A caller's connection. `head`: waits for a request or reads its head. `call`: one is handled, its body read or its answer sent.
 * `linger`: the last answer is on its way, what still comes is read away. `closed`: gone.
 */
export type Connection = {
  readonly socket: Socket
  readonly shared: Shared
  readonly remoteAddress: string
  readonly isSecure: boolean
  /** Goes on as far as it can, after something has changed. */
  readonly proceed: (connection: Connection) => void
  phase: 'head' | 'call' | 'linger' | 'closed'
  readonly held: HeldBytes
  isAdvancing: boolean
  /** Some of what it sends is gathered and has not left. */
  isSending: boolean
  isPaused: boolean
  /** Bytes of the next head have come, or it is the first one. */
  isHeadBegun: boolean
  /** The caller sends no more. */
  hasEnded: boolean
  answer: Answer | undefined
  body: RequestBody | undefined
  /** How much more is read away. */
  discardable: number
  /** What has to come until then, by phase; and the body as a whole. Infinity: nothing. */
  readDeadline: number
  bodyDeadline: number
  /** Bytes that the caller had taken when that was last looked at, and until when there must be more. */
  taken: number
  writeDeadline: number
}

/** When so many ms from now are over for sure. */
export function deadline({ clock, limits }: Shared, ms: number): number {
  return clock.now + ms + limits.tickMs
}

/** Sends no more. What still comes is read away for a while, so that what was sent arrives (RFC 9112 9.6). */
export function finish(connection: Connection): void {
  const { shared, socket } = connection
  if (connection.phase === 'linger' || connection.phase === 'closed') return
  flush()
  connection.phase = 'linger'
  connection.discardable = shared.limits.discardBytes
  connection.readDeadline = deadline(shared, shared.limits.discardMs)
  connection.bodyDeadline = Number.POSITIVE_INFINITY
  socket.end()
  if (!connection.isPaused) return
  connection.isPaused = false
  socket.resume()
}

/** Half an answer must not look like a whole one. */
export function cut(connection: Connection): void {
  connection.socket.destroy()
  gone(connection)
}

/** The caller is gone: whoever works for it is told. */
export function gone(connection: Connection): void {
  if (connection.phase === 'closed') return
  connection.phase = 'closed'
  connection.readDeadline = Number.POSITIVE_INFINITY
  connection.bodyDeadline = Number.POSITIVE_INFINITY
  const { body, answer } = connection
  connection.body = undefined
  connection.answer = undefined
  body?.readable?.destroy(new Error('the caller went away'))
  answer?.leave()
}

/** A request and what its connection keeps of it. */
export type Request = CallerRequest & {
  readonly connection: Connection
  readonly answer: Answer
  /** Its body, once it was asked for. */
  readable: Readable | undefined
}
