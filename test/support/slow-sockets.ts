import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const SLOW_PER_ADDRESS = 250

/** What a slow socket sends at first, and then again and again; `{get}`, `{post}` and `{auth}` stand for what `fillIn` knows. */
export type Slow = {
  readonly what: string
  readonly begin: string
  readonly drip: string
  readonly reads: boolean
}

export const SLOW: readonly Slow[] = [
  { what: 'heads', begin: 'GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n', drip: 'X-A: b\r\n', reads: true },
  {
    what: 'bodies',
    begin: 'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\nX-Do: take\r\nContent-Length: 1000000\r\n\r\n',
    drip: 'x',
    reads: true,
  },
  {
    what: 'chunks',
    begin: 'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\nX-Do: take\r\nTransfer-Encoding: chunked\r\n\r\n',
    drip: '1\r\nx\r\n',
    reads: true,
  },
  {
    what: 'readers',
    begin: 'GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\nX-Do: give 50000000\r\n\r\n',
    drip: '',
    reads: false,
  },
  {
    what: 'bodies of nobody',
    begin: 'POST {post} HTTP/1.1\r\nHost: door\r\nContent-Length: 1000000\r\n\r\n',
    drip: 'x',
    reads: false,
  },
]

/** Connects from one of many addresses, so that none has too many: the whole of 127.0.0.0/8 is this machine. */
export async function openSlow(url: string, at: number): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const localAddress = `127.0.0.${2 + Math.floor(at / SLOW_PER_ADDRESS)}`
  const socket = connect({ host: hostname, port: Number(port), localAddress, noDelay: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

export function closeSlow(socket: Socket): Promise<unknown> {
  if (socket.closed) return Promise.resolve()
  const closed = once(socket, 'close')
  socket.destroy()
  return closed
}
