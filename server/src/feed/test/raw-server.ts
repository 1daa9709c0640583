import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** What a wire can do, byte by byte: an HTTP server that answers each path with whatever a test says. */
export type RawServer = {
  readonly url: string
  /** Heads of the requests, as they came. */
  readonly requests: readonly string[]
  /** How many connections were opened. */
  readonly connections: () => number
  /** By the beginning of the path below `/nodes/v1/`. */
  readonly answers: Map<string, (socket: Socket, body: string) => void | Promise<void>>
  readonly close: () => Promise<void>
}

export async function startRawServer(): Promise<RawServer> {
  const requests: string[] = []
  const answers: RawServer['answers'] = new Map()
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (;;) {
        const end = text.indexOf('\r\n\r\n')
        if (end === -1) return
        const head = text.slice(0, end)
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
        if (text.length < end + 4 + length) return
        const body = text.slice(end + 4, end + 4 + length)
        text = text.slice(end + 4 + length)
        requests.push(head)
        const path = /^[A-Z]+ \/nodes\/v1\/(\S*)/.exec(head)?.[1] ?? ''
        const answer = [...answers].find(([begin]) => path.startsWith(begin))?.[1]
        if (answer) void answer(socket, body)
        else socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    answers,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The head of a stream, which goes on until the connection ends. */
export const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: application/vnd.stagedoor.feed\r\ntransfer-encoding: chunked\r\n\r\n'

export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

export function json(status: number, value: unknown, headers = ''): string {
  const text = JSON.stringify(value)
  return `HTTP/1.1 ${status} Said\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}
