import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { problemBody } from '#http/problems.ts'
import { requestId } from '#http/request-id.ts'
import type { ExchangeDeps } from './call.ts'
import { exchange } from './exchange.ts'

const LIMITS = {
  headBytesMax: 16_384,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 300_000,
  keepAliveMs: 5_000,
  connectionsMax: 10_000,
} as const

/** What else is answered on the gateway's port, by exact path. */
export type SideDoor = {
  readonly paths: readonly string[]
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
}

/** The gateway's HTTP server, not yet listening. */
export function createGateway(deps: ExchangeDeps, sideDoor: SideDoor): Server {
  const server = createServer({
    maxHeaderSize: LIMITS.headBytesMax,
    headersTimeout: LIMITS.headTimeoutMs,
    requestTimeout: LIMITS.requestTimeoutMs,
    keepAliveTimeout: LIMITS.keepAliveMs,
    // Each duplicate is looked at in rawHeaders; nothing is joined on the way there.
    insecureHTTPParser: false,
  })
  server.maxConnections = LIMITS.connectionsMax
  // RFC 9110 10.1.1: the decision comes before the caller is told to send its body.
  const besides = new Set(sideDoor.paths)
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url?.split('?', 1)[0] ?? ''
    if (besides.has(path)) sideDoor.handle(request, response)
    else void exchange(deps, request, response)
  }
  server.on('request', handle)
  server.on('checkContinue', handle)
  server.on('clientError', (error, socket) => {
    if (socket.writable) answerUnreadable(deps, error, socket as Socket)
    else socket.destroy()
  })
  return server
}

/** Bytes that are no HTTP request get an answer all the same, and then the connection ends. */
function answerUnreadable(deps: ExchangeDeps, error: Error & { code?: string }, socket: Socket): void {
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const code = tooLarge ? 'head_too_large' : late ? 'request_too_slow' : 'request_malformed'
  const { status, body } = problemBody({ code, requestId: requestId(deps.randomBytes) })
  const text = JSON.stringify(body)
  deps.log.info({ code, parser: error.code }, 'refused: not HTTP')
  socket.end(
    `HTTP/1.1 ${status} ${tooLarge ? 'Request Header Fields Too Large' : late ? 'Request Timeout' : 'Bad Request'}\r\n` +
      `content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}
