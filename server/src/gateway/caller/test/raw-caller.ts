import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A caller that sends the bytes it is told to, and shows those that came. */
export type RawCaller = {
  readonly socket: Socket
  readonly send: (bytes: string | Uint8Array) => void
  /** All that has come, ISO 8859-1. */
  readonly received: () => string
  /** Waits until this has come. Rejects if the connection ends before. */
  readonly until: (what: string | ((received: string) => boolean)) => Promise<string>
  /** Gone without a word: RST. An orderly end could be that of a caller that still waits for its answer. */
  readonly reset: () => void
  /** Waits until the other end sends no more. @returns all that has come */
  readonly end: () => Promise<string>
}

export type ConnectOptions = {
  readonly port: number
  readonly isSecure?: boolean
  readonly localAddress?: string
}

export async function connectRaw({ port, isSecure, localAddress }: ConnectOptions): Promise<RawCaller> {
  const raw = connect({ port, host: '127.0.0.1', allowHalfOpen: true, localAddress })
  const socket = isSecure ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw
  let received = ''
  let isOver = false
  const watchers = new Set<() => void>()
  const look = (): void => watchers.forEach((watch) => watch())
  const over = (): void => {
    isOver = true
    look()
  }
  socket.on('error', over).once('end', over).once('close', over)
  await once(socket, isSecure ? 'secureConnect' : 'connect')
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
    look()
  })
  const wait = (isThere: () => boolean, what: () => string): Promise<string> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        if (!isThere() && !isOver) return
        watchers.delete(watch)
        if (isThere()) resolve(received)
        else reject(new Error(`the connection ended before ${what()} came, after: ${received.slice(-500)}`))
      }
      watchers.add(watch)
      watch()
    })
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    received: () => received,
    reset: () => void raw.resetAndDestroy(),
    until: (what) =>
      wait(
        () => (typeof what === 'string' ? received.includes(what) : what(received)),
        String.bind(null, what),
      ),
    end: () =>
      wait(
        () => isOver,
        () => 'the end',
      ),
  }
}
