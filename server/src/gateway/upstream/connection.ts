import type { Socket } from 'node:net'
import type { AnswerReader } from './answer-reader.ts'
import type { BodySender } from './body-sender.ts'
import type { UpstreamAddress, UpstreamTls } from './open-socket.ts'
import type { PoolClock } from './pool-clock.ts'
import type { UpstreamCall } from './upstream-call.ts'

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
  readonly tls: UpstreamTls
  /** Many calls run at the same time. */
  readonly isBusy: () => boolean
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
  /** Whose call it carries, if any. */
  readonly caller: () => string | undefined
  /** Since when its caller has kept it waiting; Infinity: it does not. */
  readonly keptSince: () => number
  /** Who keeps it waiting. */
  readonly keptBy: () => string | undefined
  /** Ends its exchange for the sake of others. */
  readonly evict: () => void
  /** Called at each step of the clock. */
  readonly checkTime: (now: number) => void
}

/** Its state, for the parts that work on it. */
export type Connection = {
  readonly owner: ConnectionOwner
  readonly self: UpstreamConnection
  readonly socket: Socket
  readonly reader: AnswerReader
  readonly sender: BodySender
  phase: 'connecting' | 'idle' | 'sending' | 'awaiting' | 'answering' | 'gone'
  call: UpstreamCall | undefined
  exchanges: number
  isAnyByteAnswered: boolean
  /** Its request has been handed to the socket, if there is one. */
  isWritten: boolean
  isWholeSent: boolean
  isSocketPaused: boolean
  deadline: number
  /** Since when the caller has kept it waiting: for a piece of the body, or by not taking the answer. */
  keptSince: number
  /** Of the body, when that was last looked at. */
  sentBytes: number
}
