import type { UpstreamCall } from './upstream-call.ts'

/**
 * Whether a call goes once more, on a new connection, when a kept-alive one closed before a byte of its answer came
 * (RFC 9112 9.3.1). Only once, for on a new connection this is never asked; only methods that ask to be told something
 * (RFC 9110 9.2.1); and no stream, which cannot be read twice. A request of which no byte was handed to a connection was not sent, and is not meant here.
 */
export function maySendAgain(call: UpstreamCall): boolean {
  const { method, body } = call.request
  const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
  return isSafe && body.kind !== 'stream'
}
