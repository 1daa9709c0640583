import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as passed } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const server = createServer({ allowHalfOpen: true }, (socket) => {
  served.push(socket)
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    heard += String(bytes)
    socket.write(bytes)
  })
  socket.on('end', () => socket.end('bye'))
})
let served: Socket[] = []
let opened: Socket[] = []
let heard = ''
let proxy: TcpProxy

beforeEach(async () => {
  ;[served, opened, heard] = [[], [], '']
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  proxy = await startTcpProxy(typeof address === 'object' && address !== null ? address.port : 0)
})
afterEach(async () => {
  await proxy.close()
  for (const socket of [...opened, ...served]) socket.destroy()
  await new Promise((done) => server.close(done))
})

type Client = { readonly socket: Socket; readonly text: () => string; readonly end: Promise<string> }

async function open(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  opened.push(socket)
  let text = ''
  socket.on('data', (bytes) => {
    text += String(bytes)
  })
  const end = new Promise<string>((done) => {
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''))
    socket.once('end', () => done('end'))
  })
  await Promise.race([once(socket, 'connect'), end])
  return { socket, text: () => text, end }
}

/** Never a measure of time: it waits for what has to come. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await passed(2)
}

test('passes on what both say, in order, and the end of each alone', async () => {
  const { socket, text, end } = await open()
  const long = 'x'.repeat(3_000_000)
  socket.write('one')
  socket.write(long)
  socket.end('two')
  expect(await end).toBe('end')
  expect(text() === `one${long}twobye`).toBe(true)
  await until(() => proxy.connections() === 0)
  expect(proxy.accepted()).toBe(1)
})

test('a cut resets both sides, and lets new connections through', async () => {
  const first = await open()
  first.socket.write('a')
  await until(() => first.text() === 'a')
  proxy.cut()
  expect(await first.end).toBe('ECONNRESET')
  await until(() => served[0]?.destroyed === true)
  const second = await open()
  second.socket.write('b')
  await until(() => second.text() === 'b')
})

test('a stall holds everything, also of new connections, and loses nothing', async () => {
  const { socket, text } = await open()
  proxy.stall()
  socket.write('a')
  const second = await open()
  second.socket.write('b')
  await passed(50)
  expect([heard, text(), second.text()]).toEqual(['', '', ''])
  await proxy.heal()
  await until(() => text() === 'a' && second.text() === 'b')
})

test('a stall of one direction lets the other one through', async () => {
  const { socket, text } = await open()
  proxy.stall(['back'])
  socket.write('a')
  await until(() => heard === 'a')
  await passed(50)
  expect(text()).toBe('')
  await proxy.heal()
  await until(() => text() === 'a')
})

test('a delay is in each direction, and keeps the order', async () => {
  const { socket, text } = await open()
  proxy.delay(60)
  const begun = performance.now()
  for (const each of ['a', 'b', 'c']) {
    socket.write(each)
    await passed(5)
  }
  await until(() => text() === 'abc')
  expect(performance.now() - begun).toBeGreaterThanOrEqual(120)
})

test('half open: accepts, swallows, says nothing, and resets when healed', async () => {
  const first = await open()
  first.socket.write('a')
  await until(() => first.text() === 'a')
  proxy.halfOpen()
  const second = await open()
  first.socket.write('b')
  second.socket.write('c')
  served[0]?.write('unheard')
  await passed(50)
  expect([heard, first.text(), second.text()]).toEqual(['a', 'a', ''])
  expect(proxy.connections()).toBe(2)
  await proxy.heal()
  expect([await first.end, await second.end]).toEqual(['ECONNRESET', 'ECONNRESET'])
  const third = await open()
  third.socket.write('d')
  await until(() => third.text() === 'd')
})

test('refusing resets what there is and refuses what comes, at the same port afterwards', async () => {
  const first = await open()
  await proxy.refuse()
  expect(await first.end).toBe('ECONNRESET')
  expect(await (await open()).end).toBe('ECONNREFUSED')
  const { port } = proxy
  await proxy.heal()
  expect(proxy.port).toBe(port)
  const third = await open()
  third.socket.write('e')
  await until(() => third.text() === 'e')
})
