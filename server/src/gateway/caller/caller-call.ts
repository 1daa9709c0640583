import type { Readable, Writable } from 'node:stream'
import type { FieldLines, WireRequest } from '#gateway/wire/head.ts'
import type { AnswerFields } from './answer-head.ts'

/** One request of a caller, its head read. */
export type CallerRequest = WireRequest & {
  /** The socket's other end; IPv4 inside IPv6 as plain IPv4. */
  readonly remoteAddress: string
  /** Whether it came over TLS. */
  readonly isSecure: boolean
  /**
   * Its body, made when it is first asked for; at its end at once where there is none. Errors where the caller goes away, is
   * too slow or breaks the framing. What nobody reads is read away within bounds once the answer is sent, or the connection is cut.
   */
  readonly body: () => Readable
}

export type AnswerOptions = {
  /** The connection ends after this answer. */
  readonly close?: boolean
}

/** The answer to one request. Nothing is sent after it has ended, whoever still holds it: it never reaches another request. */
export type CallerAnswer = {
  /** 0 before the head was written. */
  readonly status: () => number
  readonly isHeadSent: () => boolean
  /** It is complete and sent, or the caller has gone. */
  readonly isClosed: () => boolean
  /** Called once, when isClosed becomes true; at once where it is. */
  readonly onClose: (listener: () => void) => void
  /** 100 Continue, once, if the caller waits for it (RFC 9110 10.1.1). */
  readonly writeContinue: () => void
  /** Another interim answer (1xx); left out for HTTP/1.0. */
  readonly writeInterim: (status: number, fields: FieldLines) => void
  /**
   * The head: names in lower case and values, alternating, already free of CR, LF and NUL; or as text. A length frames the body;
   * else it is chunked, or for HTTP/1.0 ends with the connection. `connection`, `date` and `transfer-encoding` are written by the
   * connection itself. It leaves together with the first bytes of the body, or at the next turn of the event loop.
   */
  readonly writeHead: (status: number, fields: AnswerFields | FieldLines, options?: AnswerOptions) => void
  /**
   * A piece of the body, copied or sent before it returns: these bytes, or those from `start` to `end`. False: the caller is slow,
   * wait for onDrain. Nothing for HEAD, 204, 304.
   */
  readonly write: (bytes: Buffer, start?: number, end?: number) => boolean
  /** Called once, when more can be written. */
  readonly onDrain: (listener: () => void) => void
  /** Ends it. Fewer bytes than `content-length` promised cut the connection. */
  readonly end: (bytes?: Uint8Array, trailers?: FieldLines) => void
  /** Cuts the connection: half an answer must not look like a whole one. */
  readonly destroy: () => void
  /** The rest of the body as a stream, for pipeline(); after writeHead. */
  readonly writable: () => Writable
}

/** Is called for each request, in order; the next one of the connection waits until the answer is closed. Must not throw. */
export type HandleCall = (request: CallerRequest, answer: CallerAnswer) => void
