import type { Connection } from './connection.ts'

/**
 * What leaves together: head, body and end of an answer become one write. One buffer for the process, of one connection at a
 * time; it is used again where the system took all of it at once, as it does unless the caller is slow.
 */
const SIZE = 72 * 1024
/** From here on it does not wait for more. */
const FULL = 16 * 1024

let buffer = Buffer.allocUnsafeSlow(SIZE)
let length = 0
let owner: Connection | undefined
let isScheduled = false

/** ISO 8859-1. */
export function sendText(connection: Connection, text: string): void {
  own(connection, text.length)
  if (text.length > SIZE) connection.socket.write(text, 'latin1')
  else length += buffer.write(text, length, 'latin1')
}

export function sendBytes(connection: Connection, bytes: Uint8Array): void {
  own(connection, bytes.length)
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + SIZE - length)
    buffer.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), length)
    length += to - from
    from = to
    if (from < bytes.length) flush(connection)
  }
  if (length > FULL) flush()
}

/** Lets what is gathered leave at the next turn of the event loop, if not before. */
export function flushSoon(): void {
  if (isScheduled || owner === undefined) return
  isScheduled = true
  setImmediate(flushNow)
}

function flushNow(): void {
  isScheduled = false
  flush()
}

/** Lets leave what is gathered, whoever's it is. */
export function flush(next?: Connection): void {
  const connection = owner
  const end = length
  owner = next
  length = 0
  if (connection === undefined || end === 0 || connection.phase === 'closed') return
  const { socket, isSecure } = connection
  const bytes = buffer.subarray(0, end)
  if (isSecure || socket.writableLength > 0) {
    socket.write(Buffer.copyBytesFrom(bytes))
    return
  }
  socket.write(bytes)
  // Not yet taken: these bytes are the socket's until it has sent them.
  if (socket.writableLength > 0) buffer = Buffer.allocUnsafeSlow(SIZE)
}

function own(connection: Connection, more: number): void {
  if (owner !== connection || length + more > SIZE) flush(connection)
}
