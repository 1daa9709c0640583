import { createServer } from 'node:net'

/** Below those that systems give to whoever connects (32768 on Linux), so that it stays free while its program is away. */
const PORTS = { first: 12_000, last: 32_000 } as const

/** A port that nobody listens on, for a program that ends and comes back again and again. */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first))
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    await new Promise((done) => server.close(done))
    if (isFree) return port
  }
}
