import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import type { HandleCall } from './caller-call.ts'
import { openListener } from './test/open-listener.ts'
import { waitUntil } from './test/wait-until.ts'

const sayWhence: HandleCall = ({ isSecure, remoteAddress }, answer) => {
  answer.writeHead(200, [])
  answer.end(Buffer.from(`${isSecure} ${remoteAddress}`))
}

async function shake(port: number, options: object): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

it('speaks TLS 1.2 and 1.3, and says that it is HTTP/1.1', async () => {
  const { port } = await openListener(sayWhence, { way: 'tls' })
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await shake(port, {
      minVersion: version,
      maxVersion: version,
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    expect(socket.getProtocol()).toBe(version)
    expect(socket.alpnProtocol).toBe('http/1.1')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toContain('true 127.0.0.1')
  }
})

it('refuses TLS 1.1, and callers that speak HTTP/2 only', async () => {
  const { port, listener } = await openListener(sayWhence, { way: 'tls' })
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  await expect(shake(port, old)).rejects.toThrow(/protocol version|alert/i)
  await expect(shake(port, { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/i)
  await waitUntil(() => listener.connectionCount() === 0)
})

it('ends callers that speak no TLS, and goes on', async () => {
  const { port, listener, connect } = await openListener(sayWhence, { way: 'tls' })
  const plain = await connect({ isSecure: false })
  plain.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await plain.end()
  expect(plain.received()).not.toContain('HTTP')
  await waitUntil(() => listener.connectionCount() === 0)
  expect((await shake(port, {})).authorized).toBe(false)
})
