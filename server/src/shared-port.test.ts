import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { findPortToShare } from './shared-port.ts'

function listen(port: number, reusePort: boolean): Promise<{ port: number; close: () => Promise<unknown> }> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', reusePort }, () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () => new Promise((done) => server.close(done)),
      })
    })
  })
}

const wanted = (port: number) => ({ port, host: '127.0.0.1', setting: 'STAGEDOOR_GATEWAY_PORT' })

it('finds a port that several can listen on, and leaves it to them', async () => {
  const port = await findPortToShare(wanted(0))
  expect(port).toBeGreaterThan(0)
  const both = [await listen(port, true), await listen(port, true)]
  for (const each of both) await each.close()
  expect(await findPortToShare(wanted(port))).toBe(port)
})

it('refuses a port that another program listens on, also where that one would share it', async () => {
  for (const reusePort of [true, false]) {
    const other = await listen(0, reusePort)
    await expect(findPortToShare(wanted(other.port))).rejects.toThrow(
      `STAGEDOOR_GATEWAY_PORT: cannot listen on port ${other.port}: another program uses it`,
    )
    await other.close()
  }
})
