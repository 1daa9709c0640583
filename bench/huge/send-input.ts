import { connect, type Socket } from 'node:net'

/** A request: bytes of its head, and pieces of its body. */
export type HugeRequest = { readonly head: string; readonly body?: () => Iterable<Uint8Array> }

/** The status that was answered, or how else it ended; and the time from the first byte sent to the first answered. */
export type Sent = { readonly status: string; readonly ms: number }

const SILENCE_MS = 30_000

/** Sends it over a connection of its own, until it is answered. */
export function sendInput(url: string, { head, body }: HugeRequest): Promise<Sent> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let since = 0
    const end = (status: string): void => {
      resolve({ status, ms: performance.now() - since })
      socket.destroy()
    }
    socket.setTimeout(SILENCE_MS, () => end('silence'))
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
    socket.on('close', () => end('closed'))
    socket.once('data', (bytes: Buffer) => end(bytes.toString('latin1', 9, 12)))
    socket.once('connect', () => {
      since = performance.now()
      socket.write(head, 'latin1')
      writeAll(socket, body?.() ?? [])
    })
  })
}

function writeAll(socket: Socket, pieces: Iterable<Uint8Array>): void {
  const iterator = pieces[Symbol.iterator]()
  const more = (): void => {
    for (let next = iterator.next(); next.done !== true && !socket.destroyed; next = iterator.next())
      if (!socket.write(next.value)) return
  }
  socket.on('drain', more)
  more()
}
