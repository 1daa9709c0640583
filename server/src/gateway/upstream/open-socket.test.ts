import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { openSocket } from './open-socket.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

it.skipIf(!hasIpv6)(
  'an IPv6 address is connected to as it stands in a URL (needs a machine with ::1)',
  async () => {
    const server = createServer((socket) => socket.end('hello'))
    await new Promise<void>((done) => server.listen(0, '::1', done))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const read = await new Promise<string>((done, failed) => {
      const socket = openSocket(
        { protocol: 'http', hostname: '[::1]', port },
        {
          onConnect: () => undefined,
          onRead: (bytes, length) => (done(bytes.toString('latin1', 0, length)), true),
        },
        { context: undefined, session: undefined },
      )
      socket.on('error', failed)
    })
    expect(read).toBe('hello')
    await new Promise((done) => server.close(done))
  },
)
