import type { Connection } from './connection.ts'

/**
 * What leaves together: head, body and end of an answer become one write. One buffer for the process; it is used again where the
 * system took all of it at once, as it does unless a caller is slow.
 *
 * A write wakes whoever waits for it, which costs more than all the rest of it while the other end is asleep. So where many calls
 * run, their answers leave one after another once everything that has come in this turn of the event loop is dealt with: the first
 * one wakes the other end, the others find it awake.
 */
const SIZE = 128 * 1024
/** From here on it does not wait for more. */
const FULL = 64 * 1024
/** So many calls at the same time are many. */
const MANY = 8

let buffer = Buffer.allocUnsafeSlow(SIZE)
let length = 0
/** Whose the bytes are, piece by piece, and where each ends. */
let owners: Connection[] = []
let ends: number[] = []
let isScheduled = false

/** ISO 8859-1. */
export function sendText(connection: Connection, text: string): void {
  if (length + text.length > SIZE) flush()
  if (text.length > SIZE) return void connection.socket.write(text, 'latin1')
  length += buffer.write(text, length, 'latin1')
  own(connection)
}

/** Those from `start` to `end`; they are copied. */
export function sendBytes(connection: Connection, bytes: Buffer, start: number, end: number): void {
  for (let from = start; from < end; ) {
    if (length === SIZE) flush()
    const to = Math.min(end, from + SIZE - length)
    length += bytes.copy(buffer, length, from, to)
    from = to
    own(connection)
  }
  if (length > FULL) flush()
}

function own(connection: Connection): void {
  const last = owners.length - 1
  connection.isSending = true
  if (last >= 0 && owners[last] === connection) ends[last] = length
  else {
    owners.push(connection)
    ends.push(length)
  }
}

/** Lets what is gathered leave at the end of what is being dealt with, or at the end of the turn. */
export function flushSoon({ shared }: Connection): void {
  if (isScheduled) return
  isScheduled = true
  if (shared.running < MANY) process.nextTick(flushNow)
  else setImmediate(flushNow)
}

/** The same for what is whole. */
export function flushWhole(connection: Connection): void {
  if (connection.shared.running < MANY) flush()
  else flushSoon(connection)
}

function flushNow(): void {
  isScheduled = false
  flush()
}

/** Lets leave what is gathered, whoever's it is. */
export function flush(): void {
  if (owners.length === 0) return
  const senders = owners
  const pieces = ends
  owners = []
  ends = []
  let isKept = false
  let from = 0
  for (let at = 0; at < senders.length; at += 1) {
    const [sender, to] = [senders[at], pieces[at] ?? from]
    if (sender !== undefined && !write(sender, from, to)) isKept = true
    from = to
  }
  length = 0
  // Not yet taken: these bytes are a socket's until it has sent them.
  if (isKept) buffer = Buffer.allocUnsafeSlow(SIZE)
  for (const { socket, answer } of senders) if (!socket.writableNeedDrain) answer?.drained()
}

/** @returns false where the socket still needs the bytes */
function write(sender: Connection, from: number, to: number): boolean {
  const { socket, isSecure } = sender
  sender.isSending = false
  if (sender.phase === 'closed') return true
  const bytes = buffer.subarray(from, to)
  if (isSecure || socket.writableLength > 0) {
    socket.write(Buffer.copyBytesFrom(bytes))
    return true
  }
  socket.write(bytes)
  return socket.writableLength === 0
}
