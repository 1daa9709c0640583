import { connect, createServer, Socket, type SocketConstructorOpts } from 'node:net'

/** The bytes are valid during the call only. */
export type OnBytes = (bytes: Buffer, length: number) => void

/**
 * One buffer for the reads of all sockets: what is in it is used or copied before the next read. Not on Windows, where the system
 * writes into it at any time.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536)
const CHECK_MS_MAX = 1_000

/**
 * An accepted socket that reads into the one buffer instead of a new one each time, a third of the throughput. Node documents
 * `onread` for outgoing sockets only; so the accepted socket's handle is moved into a new one. Whether this Node can do it is to
 * be asked first: `canReuseReads`.
 */
export function reuseReads(accepted: Socket, onBytes: OnBytes): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle')
  Reflect.set(accepted, '_handle', null)
  // Without its handle: the server counts it no longer.
  accepted.destroy()
  const options: SocketConstructorOpts = {
    allowHalfOpen: true,
    onread: {
      buffer: READ_BUFFER,
      callback: (length) => {
        onBytes(READ_BUFFER, length)
        return true
      },
    },
  }
  Reflect.set(options, 'handle', handle)
  return new Socket(options)
}

/** Tries it with a connection of this process to itself: bytes come, go back, and both ends are told of the end. */
export async function canReuseReads(): Promise<boolean> {
  if (process.platform === 'win32') return false
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true })
  const sockets: Socket[] = []
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, CHECK_MS_MAX, false)
      const answer = (isGood: boolean): void => {
        clearTimeout(timer)
        resolve(isGood)
      }
      server.once('error', () => answer(false))
      server.once('connection', (accepted) => {
        const socket = echo(accepted)
        if (socket === undefined) answer(false)
        else sockets.push(socket)
      })
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        if (typeof address !== 'object' || address === null) return answer(false)
        const caller = connect(address.port, '127.0.0.1')
        sockets.push(caller)
        let text = ''
        caller.on('data', (bytes) => (text += bytes.toString('latin1')))
        caller.once('error', () => answer(false))
        caller.once('end', () => answer(text === 'there and back'))
        caller.end('there and back')
      })
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** Sends back what comes, and ends where it ends; undefined if the socket is not as it was known. */
function echo(accepted: Socket): Socket | undefined {
  const handle: unknown = Reflect.get(accepted, '_handle')
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) return undefined
  const socket = reuseReads(accepted, (bytes, length) => {
    socket.write(Buffer.copyBytesFrom(bytes, 0, length))
  })
  socket.once('error', () => socket.destroy())
  socket.once('end', () => socket.end())
  return socket.resume()
}
