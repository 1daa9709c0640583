import { createServer } from 'node:net'

/** A port that nobody listens on, for what has to be known before the program starts. */
export async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('a port was asked for')
  return address.port
}
