import type { Readable } from 'node:stream'
import type { FieldSection } from '#gateway/wire/field-section.ts'
import type { WireAnswer } from '#gateway/wire/head.ts'

/** A request as it goes upstream. */
export type UpstreamRequest = {
  readonly method: string
  /** Whose it is: where connections are few, nobody who is slow keeps others waiting. */
  readonly caller: string
  /**
   * Request line and field lines, each with its CRLF, ISO 8859-1; without the framing, `connection` and the empty line, which
   * the connection writes.
   */
  readonly head: string
  readonly body: UpstreamBody
}

export type UpstreamBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'held'; readonly content: Uint8Array }
  /** With its length where that is known; else it goes chunked. A stream of another length breaks the connection. */
  | { readonly kind: 'stream'; readonly content: Readable; readonly length: number | undefined }

/** Who gets an answer. Exactly one of onEnd and onError is called, last; nothing after abort(). */
export type AnswerSink = {
  /** 1xx but 100 and 101. */
  readonly onInterim: (status: number, fields: FieldSection) => void
  readonly onHead: (answer: WireAnswer) => void
  /** From `start` to `end`; the bytes are valid during the call only. False: no more until resume(). */
  readonly onData: (bytes: Buffer, start: number, end: number) => boolean
  readonly onEnd: (trailers: FieldSection) => void
  readonly onError: (error: UpstreamError) => void
}

/** An exchange that goes on. */
export type UpstreamExchange = {
  readonly resume: () => void
  /** Ends it, and its connection with it unless the answer was complete. */
  readonly abort: () => void
}

export type UpstreamErrorCode = 'unreachable' | 'timeout' | 'answer_invalid' | 'body_failed' | 'overloaded'

/** The upstream gave no answer, or half of one. The message is for the log. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly code: UpstreamErrorCode

  constructor(code: UpstreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
