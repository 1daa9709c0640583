import type { Socket } from 'node:net'
import type { UpstreamBody, UpstreamRequest } from './exchange-upstream.ts'

/** Bodies up to this size leave in one piece with their head. */
const JOINED_BYTES_MAX = 16_384

/**
 * Writes the head with its framing, and the body where it is held (RFC 9112 6).
 * @returns false when the socket asks to wait for 'drain'
 */
export function writeRequest(socket: Socket, { method, head, body }: UpstreamRequest): boolean {
  const text = `${head}${framingLine(method, body)}\r\n`
  if (body.kind !== 'held' || body.content.length === 0) return socket.write(text, 'latin1')
  const { content } = body
  if (content.length <= JOINED_BYTES_MAX) {
    const joined = Buffer.allocUnsafe(text.length + content.length)
    joined.write(text, 'latin1')
    joined.set(content, text.length)
    return socket.write(joined)
  }
  socket.cork()
  socket.write(text, 'latin1')
  const canGoOn = socket.write(content)
  socket.uncork()
  return canGoOn
}

function framingLine(method: string, body: UpstreamBody): string {
  switch (body.kind) {
    case 'none':
      return isBodyExpected(method) ? 'content-length: 0\r\n' : ''
    case 'held':
      return `content-length: ${body.content.length}\r\n`
    case 'stream':
      return body.length === undefined
        ? 'transfer-encoding: chunked\r\n'
        : `content-length: ${body.length}\r\n`
  }
}

/** RFC 9110 8.6: such a request says that it has none. */
function isBodyExpected(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}

/** Whether its characters are bytes. The low half of another one could be anything, CR and LF among them. */
export function isLatin1(text: string): boolean {
  return !/[^\0-\xff]/.test(text)
}
