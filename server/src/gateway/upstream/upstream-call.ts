import type { AnswerSink, UpstreamError, UpstreamExchange, UpstreamRequest } from './exchange-upstream.ts'

/** One exchange from send() to its last word, whichever connections it has been on. */
export type UpstreamCall = UpstreamExchange & {
  readonly request: UpstreamRequest
  readonly sink: AnswerSink
  /** The connection that carries it; undefined while it waits for one, and once it is over. */
  connection: CarryingConnection | undefined
  /** Time of the pool's clock after which it no longer waits for a connection. */
  waitsUntil: number
  isOver: boolean
  readonly stopWaiting: (call: UpstreamCall) => void
}

type CarryingConnection = {
  readonly resume: () => void
  readonly destroy: () => void
}

/** One that is over has no connection any more: it cannot touch the next one there. */
export function createUpstreamCall(
  request: UpstreamRequest,
  sink: AnswerSink,
  stopWaiting: (call: UpstreamCall) => void,
): UpstreamCall {
  return {
    request,
    sink,
    connection: undefined,
    waitsUntil: 0,
    isOver: false,
    stopWaiting,
    resume,
    abort,
  }
}

function resume(this: UpstreamCall): void {
  this.connection?.resume()
}

function abort(this: UpstreamCall): void {
  if (this.isOver) return
  this.isOver = true
  if (this.connection === undefined) this.stopWaiting(this)
  else this.connection.destroy()
}

/** Its last word, unless it was aborted or has had it. */
export function failCall(call: UpstreamCall, error: UpstreamError): void {
  if (call.isOver) return
  call.isOver = true
  call.connection = undefined
  call.sink.onError(error)
}
