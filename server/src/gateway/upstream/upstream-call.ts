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
}

type CarryingConnection = {
  readonly resume: () => void
  readonly destroy: () => void
}

/** Each call has functions of its own: one that is over cannot touch the next one on its connection. */
export function createUpstreamCall(
  request: UpstreamRequest,
  sink: AnswerSink,
  stopWaiting: (call: UpstreamCall) => void,
): UpstreamCall {
  const call: UpstreamCall = {
    request,
    sink,
    connection: undefined,
    waitsUntil: 0,
    isOver: false,
    resume: () => call.connection?.resume(),
    abort: () => {
      if (call.isOver) return
      call.isOver = true
      if (call.connection === undefined) stopWaiting(call)
      else call.connection.destroy()
    },
  }
  return call
}

/** Its last word, unless it was aborted or has had it. */
export function failCall(call: UpstreamCall, error: UpstreamError): void {
  if (call.isOver) return
  call.isOver = true
  call.connection = undefined
  call.sink.onError(error)
}
