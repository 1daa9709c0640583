import type { Socket } from 'node:net'
import { type Connection, deadline, gone, type Shared } from './connection.ts'
import { hold, holdNothing, release } from './held-bytes.ts'
import { step } from './step.ts'
import { STUCK } from './step-body.ts'

const LF = 10

export type Accepted = { readonly remoteAddress: string; readonly isSecure: boolean }

/** A connection that waits for its first request. Its socket is still to be watched: `watch`. */
export function createConnection(socket: Socket, shared: Shared, accepted: Accepted): Connection {
  return {
    socket,
    shared,
    ...accepted,
    proceed,
    phase: 'head',
    held: holdNothing(),
    isAdvancing: false,
    isSending: false,
    isPaused: false,
    isHeadBegun: true,
    hasEnded: false,
    answer: undefined,
    body: undefined,
    discardable: 0,
    readDeadline: deadline(shared, shared.limits.headMs),
    bodyDeadline: Number.POSITIVE_INFINITY,
    taken: 0,
    writeDeadline: Number.POSITIVE_INFINITY,
  }
}

/** Follows what its socket tells, but for the bytes. */
export function watch(connection: Connection): void {
  const { socket } = connection
  socket.on('drain', () => connection.answer?.drained())
  socket.once('end', () => {
    connection.hasEnded = true
    proceed(connection)
  })
  // `close` follows.
  socket.on('error', () => gone(connection))
  socket.once('close', () => gone(connection))
  // Without it the end is never told.
  socket.resume()
}

/** What came. The bytes are valid during the call only. */
export function takeBytes(connection: Connection, bytes: Buffer, length: number): void {
  const { held } = connection
  if (held.to === 0) {
    const end = advance(connection, bytes, 0, length)
    if (end < length) hold(held, bytes, end, length)
  } else {
    hold(held, bytes, 0, length)
    if (connection.phase !== 'head' || mayEndHead(connection, bytes, length)) proceed(connection)
  }
  settle(connection)
}

/** A head is read again only where a line of it has ended, or it is too long: not for each of its bytes. */
function mayEndHead({ held }: Connection, bytes: Buffer, length: number): boolean {
  const lineEnd = bytes.indexOf(LF)
  return (lineEnd >= 0 && lineEnd < length) || held.to - held.from > HEAD_WAITS_MAX
}

const HEAD_WAITS_MAX = 16_384

function proceed(connection: Connection): void {
  if (connection.isAdvancing) return
  const { held } = connection
  release(held, advance(connection, held.bytes, held.from, held.to))
  settle(connection)
}

/** Uses the bytes as far as it can. @returns the first one that is still to be used */
function advance(connection: Connection, bytes: Buffer, from: number, to: number): number {
  connection.isAdvancing = true
  let at = from
  for (let next = at; next !== STUCK; next = step(connection, bytes, at, to)) at = next
  connection.isAdvancing = false
  return connection.phase === 'closed' ? to : at
}

/** Reads the socket where there is use for what comes. */
function settle(connection: Connection): void {
  const { phase, body, held, socket, shared } = connection
  if (phase === 'closed') return
  const isHeldBack =
    phase === 'call' &&
    (body?.mode === 'read' ? !body.isWanted : held.to - held.from >= shared.limits.heldBytes)
  if (isHeldBack === connection.isPaused) return
  connection.isPaused = isHeldBack
  if (isHeldBack) socket.pause()
  else socket.resume()
}
