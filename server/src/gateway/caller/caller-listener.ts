import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { addressGroup, plainAddress } from './address-group.ts'
import type { HandleCall } from './caller-call.ts'
import { createConnection, takeBytes, watch } from './caller-connection.ts'
import { type Clocks, createCoarseClock, tick } from './coarse-clock.ts'
import { type Connection, cut, type Shared } from './connection.ts'
import { admit, createGuests, dismiss, type Guest, type Guests } from './guests.ts'
import { type CallerLimits, LIMITS } from './limits.ts'
import { lookAtTime } from './look-at-time.ts'
import { canReuseReads, reuseReads } from './reused-reads.ts'
import type { AnswerProblem } from './unreadable.ts'

export type CallerListenerOptions = {
  readonly handle: HandleCall
  readonly answerProblem: AnswerProblem
  /** A fault of `handle`, whose connection was cut; or of accepting one more. */
  readonly onFault: (error: unknown) => void
  readonly clocks: Clocks
  readonly limits?: Partial<CallerLimits>
  /** PEM. Then it speaks TLS 1.2 and above only. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Whether sockets share one read buffer: where this Node can do it, if not said. Never for TLS. */
  readonly reads?: 'reused' | 'data'
}

export type ListenOptions = {
  /** 0: any. */
  readonly port: number
  readonly host: string
  /** Several processes listen on the same port, and the system shares out connections. */
  readonly reusePort?: boolean
}

export type CallerListener = {
  /** Rejects with the system's error, which has its `code`. */
  readonly listen: (options: ListenOptions) => Promise<{ readonly port: number }>
  readonly connectionCount: () => number
  /** Takes no new connection, ends the idle ones at once and each other after its answer; cuts what goes on for too long. */
  readonly close: () => Promise<void>
}

const BACKLOG = 4_096

type Listener = {
  readonly server: Server
  readonly shared: Shared
  readonly guests: Guests
  readonly clocks: Clocks
  readonly isSecure: boolean
  reads: 'reused' | 'data' | undefined
  timer: NodeJS.Timeout | undefined
  onEmpty: (() => void) | undefined
}

/** The gateway's side towards callers: HTTP/1.1 over TCP or TLS. Nothing listens yet. */
export function createCallerListener(options: CallerListenerOptions): CallerListener {
  const { handle, answerProblem, onFault, clocks, tls, reads } = options
  const limits = { ...LIMITS, ...options.limits }
  const shared = {
    handle,
    answerProblem,
    onFault,
    limits,
    clock: createCoarseClock(clocks),
    running: 0,
    isClosing: false,
  }
  const server = tls === undefined ? plainServer() : tlsServer(tls, limits)
  const listener: Listener = {
    server,
    shared,
    guests: createGuests(),
    clocks,
    isSecure: tls !== undefined,
    reads,
    timer: undefined,
    onEmpty: undefined,
  }
  if (tls === undefined) server.on('connection', (socket) => welcome(listener, socket))
  else welcomeSecure(listener)
  return {
    listen: (where) => listen(listener, where),
    connectionCount: () => listener.guests.all.size,
    close: () => close(listener),
  }
}

function plainServer(): Server {
  return createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
}

function tlsServer(tls: { readonly key: string; readonly cert: string }, limits: CallerLimits): Server {
  return createTlsServer({
    key: tls.key,
    cert: tls.cert,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: limits.headMs,
    allowHalfOpen: true,
    noDelay: true,
  })
}

async function listen(
  listener: Listener,
  { port, host, reusePort }: ListenOptions,
): Promise<{ port: number }> {
  const { server, isSecure } = listener
  if (isSecure) listener.reads = 'data'
  listener.reads ??= (await canReuseReads()) ? 'reused' : 'data'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: BACKLOG, reusePort: reusePort === true }, () => {
      server.off('error', reject)
      // Such as no file descriptors being left for one more socket: no reason to end.
      server.on('error', listener.shared.onFault)
      resolve()
    })
  })
  listener.timer = setInterval(() => lookAtAll(listener), listener.shared.limits.tickMs)
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : port }
}

function lookAtAll({ shared, guests, clocks }: Listener): void {
  tick(shared.clock, clocks)
  guests.isFull = false
  for (const { connection } of guests.all) if (connection !== undefined) lookAtTime(connection)
}

/** Counts a new socket; undefined where it has no place or is gone already. */
function receive(listener: Listener, socket: Socket): Guest | undefined {
  const { remoteAddress } = socket
  const { guests, shared } = listener
  if (remoteAddress === undefined || shared.isClosing) return undefined
  const group = addressGroup(plainAddress(remoteAddress))
  const guest: Guest = { group, connection: undefined, drop: () => socket.destroy() }
  return admit(guests, guest, shared.limits) ? guest : undefined
}

function leave(listener: Listener, guest: Guest): void {
  dismiss(listener.guests, guest)
  if (listener.guests.all.size === 0) listener.onEmpty?.()
}

function welcome(listener: Listener, accepted: Socket): void {
  const guest = receive(listener, accepted)
  if (guest === undefined) return void accepted.destroy()
  const remoteAddress = plainAddress(accepted.remoteAddress ?? '')
  const socket =
    listener.reads === 'reused'
      ? reuseReads(accepted, (bytes, length) => takeBytes(connection, bytes, length))
      : accepted.on('data', (bytes: Buffer) => takeBytes(connection, bytes, bytes.length))
  const connection = createConnection(socket, listener.shared, { remoteAddress, isSecure: false })
  seat(listener, guest, connection)
}

function seat(listener: Listener, guest: Guest, connection: Connection): void {
  guest.connection = connection
  connection.socket.once('close', () => leave(listener, guest))
  watch(connection)
}

/** Counted from the first packet on; a connection of HTTP once the handshake is done. */
function welcomeSecure(listener: Listener): void {
  const { server, shared } = listener
  const handshakes = new Map<string, Guest>()
  server.on('connection', (raw) => {
    const guest = receive(listener, raw)
    if (guest === undefined) return void raw.destroy()
    const ends = endsOf(raw)
    handshakes.set(ends, guest)
    raw.once('close', () => {
      if (handshakes.get(ends) === guest) handshakes.delete(ends)
      leave(listener, guest)
    })
  })
  server.on('secureConnection', (socket: Socket) => {
    const ends = endsOf(socket)
    const guest = handshakes.get(ends)
    handshakes.delete(ends)
    if (guest === undefined) return void socket.destroy()
    const remoteAddress = plainAddress(socket.remoteAddress ?? '')
    const connection = createConnection(socket, shared, { remoteAddress, isSecure: true })
    socket.on('data', (bytes: Buffer) => takeBytes(connection, bytes, bytes.length))
    seat(listener, guest, connection)
  })
  // The socket is closed, and nobody is to be told.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy())
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}

async function close(listener: Listener): Promise<void> {
  const { server, shared, guests } = listener
  shared.isClosing = true
  const isEmpty = new Promise<void>((resolve) => (listener.onEmpty = resolve))
  const isClosed = new Promise<void>((resolve) => server.close(() => resolve()))
  const timer = setTimeout(() => dropAll(guests), shared.limits.drainMs)
  for (const { connection, drop } of guests.all) {
    if (connection === undefined) drop()
    else if (connection.phase === 'head' && connection.held.to === 0) cut(connection)
  }
  if (guests.all.size > 0) await isEmpty
  await isClosed
  clearTimeout(timer)
  clearInterval(listener.timer)
}

function dropAll(guests: Guests): void {
  for (const { connection, drop } of guests.all) {
    if (connection === undefined) drop()
    else cut(connection)
  }
}
