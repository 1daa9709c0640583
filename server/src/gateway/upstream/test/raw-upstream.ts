import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer, type TlsOptions } from 'node:tls'

/** A request as the upstream saw it. */
export type SeenRequest = {
  readonly head: string
  readonly method: string
  /** The last part of its path: each answer repeats it. */
  readonly tag: string
  readonly body: Buffer
  /** Of the connection, from 0. */
  readonly connection: number
}

export type RawUpstream = {
  readonly port: number
  readonly connections: () => number
  readonly requests: SeenRequest[]
  readonly sockets: Socket[]
  readonly stop: () => Promise<void>
}

type Behave = (socket: Socket, request: SeenRequest) => void

/** An upstream that answers with bytes of its own, once it has read a request whole. */
export async function startRawUpstream(behave: Behave, tls?: TlsOptions): Promise<RawUpstream> {
  const requests: SeenRequest[] = []
  return startSockets(
    (socket, connection) => {
      let held = Buffer.alloc(0)
      socket.on('data', (bytes) => {
        held = Buffer.concat([held, bytes])
        for (
          let read = readRequest(held, connection);
          read !== undefined;
          read = readRequest(held, connection)
        ) {
          held = held.subarray(read.end)
          requests.push(read.request)
          behave(socket, read.request)
        }
      })
    },
    { requests, tls },
  )
}

type SocketsOptions = { readonly requests?: SeenRequest[]; readonly tls?: TlsOptions | undefined }

/** An upstream that does as it pleases with each connection. */
export async function startSockets(
  accept: (socket: Socket, connection: number) => void,
  { requests = [], tls }: SocketsOptions = {},
): Promise<RawUpstream> {
  const sockets: Socket[] = []
  const onConnection = (socket: Socket): void => {
    socket.on('error', () => undefined).on('close', () => undefined)
    sockets.push(socket)
    accept(socket, sockets.length - 1)
  }
  const server: Server =
    tls === undefined
      ? createServer({ noDelay: true }, onConnection)
      : createSecureServer(tls, onConnection).on('tlsClientError', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => sockets.length,
    requests,
    sockets,
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function readRequest(bytes: Buffer, connection: number): { request: SeenRequest; end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd + 4)
  const [method = '', path = ''] = head.split(' ')
  const tag = path.split('/').at(-1) ?? ''
  const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0)
  if (!head.includes('transfer-encoding: chunked')) {
    const end = headEnd + 4 + length
    if (bytes.length < end) return undefined
    return {
      request: { head, method, tag, connection, body: Buffer.from(bytes.subarray(headEnd + 4, end)) },
      end,
    }
  }
  const pieces: Buffer[] = []
  let at = headEnd + 4
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const end = lineEnd + 2 + size + 2
    if (bytes.length < end) return undefined
    if (size === 0) return { request: { head, method, tag, connection, body: Buffer.concat(pieces) }, end }
    pieces.push(bytes.subarray(lineEnd + 2, end - 2))
    at = end
  }
}

/** An answer that says whose it is. */
export function tagged(tag: string): string {
  const body = `answer to ${tag}`
  return `HTTP/1.1 200 OK\r\nx-tag: ${tag}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** An upstream that answers each request when the test says so. */
export function startHeld(): { readonly starting: Promise<RawUpstream>; readonly held: (() => void)[] } {
  const held: (() => void)[] = []
  return { starting: startRawUpstream((socket, { tag }) => held.push(() => socket.write(tagged(tag)))), held }
}
