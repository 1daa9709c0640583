import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'

type Serve = (request: Request, socketAddress: string) => Promise<Response>

/** A handler for node:http that can be handed over before there is anything to serve: what comes early waits. */
export function openLater(): {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  readonly serve: (serve: Serve) => void
} {
  const { promise: served, resolve } = Promise.withResolvers<Serve>()
  const listener = getRequestListener(
    async (request, { incoming }: HttpBindings | Http2Bindings) =>
      await (await served)(request, incoming.socket.remoteAddress ?? ''),
    { overrideGlobalObjects: false },
  )
  return { handle: (request, response) => void listener(request, response), serve: resolve }
}
