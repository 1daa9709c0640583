import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that is listening. `close` lets running answers end, for at most this long. */
export type Listening = { readonly port: number; readonly close: () => Promise<void> }

const DRAIN_MS_MAX = 9_000
const LOOK_FOR_IDLE_MS = 50

/** Only this machine can connect: what stands in front of Stagedoor (TLS, other hosts) runs beside it. */
const HOST = '127.0.0.1'

export type ListenOptions = {
  readonly port: number
  /** Of the port, for the message. */
  readonly setting: string
  readonly address?: string
  /** Several processes listen on the same port. */
  readonly reusePort?: boolean
}

/** Listens on loopback unless told. Rejects with a message that names the setting. */
export function listen(server: Server, options: ListenOptions): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(whyNot(error, options))))
    const { port, address = HOST, reusePort = false } = options
    server.listen({ port, host: address, reusePort }, () => {
      const bound: string | AddressInfo | null = server.address()
      resolve({
        port: typeof bound === 'object' && bound !== null ? bound.port : port,
        close: () => drain(server),
      })
    })
  })
}

/** Why a port cannot be listened on, with the setting that says which one. */
export function whyNot(
  error: unknown,
  { port, setting }: { readonly port: number; readonly setting: string },
): string {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const why = isTaken ? 'another program uses it' : error instanceof Error ? error.message : String(error)
  return `${setting}: cannot listen on port ${port}: ${why}`
}

/** Takes no new connection, answers what has begun, and ends each connection after its answer. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS_MAX)
    // A connection that is kept alive would otherwise bring one request after another.
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_FOR_IDLE_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(idle)
      resolve()
    })
    server.closeIdleConnections()
  })
}
