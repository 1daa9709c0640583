import { createServer } from 'node:net'
import { whyNot } from './listen.ts'

export type WantedPort = {
  /** 0: one that the system chooses. */
  readonly port: number
  readonly host: string
  /** Of the port, for the message. */
  readonly setting: string
}

/**
 * A port that nobody listens on, for several processes to share. It is listened on alone, and left again: processes join a port that others share without notice, and another Stagedoor's callers are not ours. No
 * socket is kept, since it would be given connections. Rejects with a message that names the setting.
 */
export async function findPortToShare({ port, host, setting }: WantedPort): Promise<number> {
  try {
    await listenOnce({ port: 0, host, reusePort: true })
  } catch (error) {
    throw new Error(whyNotShared(error), { cause: error })
  }
  try {
    return await listenOnce({ port, host, reusePort: false })
  } catch (error) {
    throw new Error(whyNot(error, { port, setting }), { cause: error })
  }
}

/** Where the system has no SO_REUSEPORT that shares out connections. */
function whyNotShared(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error)
  return (
    `STAGEDOOR_GATEWAY_PROCESSES: this system does not let processes share a port (${why}); Linux and FreeBSD do. ` +
    'Set it to 1, or start several gateways, each with a port of its own, behind a load balancer'
  )
}

type Once = { readonly port: number; readonly host: string; readonly reusePort: boolean }

function listenOnce({ port, host, reusePort }: Once): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen({ port, host, reusePort }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
