import { expect, it, onTestFinished } from 'vitest'
import { type CallerListener, createCallerListener } from './caller-listener.ts'
import { connectRaw } from './test/raw-caller.ts'

function listener(name: string): CallerListener {
  const made = createCallerListener({
    handle: (_request, answer) => {
      answer.writeHead(200, ['content-length', String(name.length)])
      answer.end(Buffer.from(name))
    },
    answerProblem: () => ({ status: 400, body: '{}' }),
    onFault: (error) => {
      throw error
    },
    clocks: { now: Date.now, monotonic: () => performance.now() },
  })
  onTestFinished(made.close)
  return made
}

it('rejects with the code of the system where a port is taken', async () => {
  const { port } = await listener('first').listen({ port: 0, host: '127.0.0.1' })
  await expect(listener('second').listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

it('shares a port with others that share it', async () => {
  const where = { host: '127.0.0.1', reusePort: true }
  const { port } = await listener('first').listen({ port: 0, ...where })
  await listener('other').listen({ port, ...where })
  const names = new Set<string>()
  // The system shares them out by their ports: each of 64 goes to either with the same chance.
  for (let each = 0; each < 64; each += 1) {
    const caller = await connectRaw({ port })
    caller.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    names.add((await caller.end()).slice(-5))
    caller.socket.destroy()
  }
  expect(names).toEqual(new Set(['first', 'other']))
})

it('listens on IPv6, and counts IPv4 inside it as IPv4', async () => {
  const addresses: string[] = []
  const made = createCallerListener({
    handle: ({ remoteAddress }, answer) => {
      addresses.push(remoteAddress)
      answer.writeHead(204, [], { close: true })
      answer.end()
    },
    answerProblem: () => ({ status: 400, body: '{}' }),
    onFault: () => {},
    clocks: { now: Date.now, monotonic: () => performance.now() },
  })
  onTestFinished(made.close)
  const { port } = await made.listen({ port: 0, host: '::' })
  const caller = await connectRaw({ port })
  caller.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await caller.end()).toMatch(/^HTTP\/1\.1 204 /)
  caller.socket.destroy()
  expect(addresses).toEqual(['127.0.0.1'])
})
