import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { clientAddress } from './client-address.ts'
import { type Listening, listen } from './listen.ts'

type Serve = (request: Request) => Response | Promise<Response>

export type ConsoleServer = Listening & {
  /** What answers; requests that come before are answered then. */
  readonly serve: (serve: Serve) => void
}

export type ConsoleServerOptions = {
  readonly port: number
  /** Header in which a trusted proxy says who calls; undefined: the socket's other end is the caller. */
  readonly clientAddressHeader: string | undefined
}

/** Said to the inside by this server alone, whatever a caller sends. */
const CLIENT_ADDRESS = 'x-stagedoor-client-address'

/** Listens before there is anything to serve: sign-in cookies and redirects need to know the port. */
export async function listenConsole(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const { promise: served, resolve } = Promise.withResolvers<Serve>()
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: async (request: Request, { incoming }: HttpBindings | Http2Bindings) => {
      const socketAddress = incoming.socket.remoteAddress ?? ''
      const address = clientAddress(request.headers, { ...options, socketAddress })
      request.headers.set(CLIENT_ADDRESS, address)
      return await (await served)(request)
    },
  })
  if (!('closeIdleConnections' in server)) throw new TypeError('the console needs an HTTP/1.1 server')
  const listening = await listen(server, { port: options.port, setting: 'STAGEDOOR_CONSOLE_PORT' })
  return { ...listening, serve: resolve }
}
