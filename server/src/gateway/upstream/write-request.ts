import type { UpstreamBody, UpstreamRequest } from './exchange-upstream.ts'
import { type Written, writeAtTurnEnd } from './turn-end.ts'

/** Bodies up to this size leave in one piece with their head. */
const JOINED_BYTES_MAX = 16_384

/**
 * Writes the head with its framing, and the body where it is held (RFC 9112 6).
 * @param isAmongMany a request without a body may leave together with those of other calls
 * @returns false when the socket asks to wait for 'drain'
 */
export function writeRequest(
  connection: Written,
  { method, head, body }: UpstreamRequest,
  isAmongMany: boolean,
): boolean {
  const text = head + framingLine(method, body) + '\r\n'
  if (body.kind === 'none' && isAmongMany) {
    writeAtTurnEnd(connection, text)
    return true
  }
  const { socket } = connection
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
  // Of ASCII, as nearly all are, each character is one byte of UTF-8: counting them is the faster way.
  return Buffer.byteLength(text) === text.length || !/[^\0-\xff]/.test(text)
}
