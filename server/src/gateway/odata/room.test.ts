import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createRoom } from './room.ts'

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** A response of a real server, and how its caller goes away. */
async function openResponse(): Promise<{ readonly response: ServerResponse; readonly leave: () => void }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: string | AddressInfo | null = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  const asked = get({ port: address.port, host: '127.0.0.1' }).on('error', () => undefined)
  const [, response]: unknown[] = await once(server, 'request')
  const isResponse = (value: unknown): value is ServerResponse => value !== null && typeof value === 'object'
  if (!isResponse(response)) throw new Error('no response')
  opened.push(() => void server.close())
  return { response, leave: () => asked.destroy() }
}

it('gives no more than there is, nobody more than a share, and all of it again once a call is over', async () => {
  const room = createRoom({ bytesMax: 100, shareMax: 60 })
  const [one, two] = [await openResponse(), await openResponse()]
  expect(room.take(one.response, 'a', 40)).toBe(true)
  expect(room.take(one.response, 'a', 20)).toBe(true)
  expect(room.take(two.response, 'a', 1)).toBe(false)
  expect(room.take(two.response, 'b', 41)).toBe(false)
  expect(room.take(two.response, 'b', 40)).toBe(true)
  one.leave()
  await once(one.response, 'close')
  expect(room.take(two.response, 'b', 20)).toBe(true)
  expect(room.take(two.response, 'b', 1)).toBe(false)
  two.leave()
  await once(two.response, 'close')
  const three = await openResponse()
  expect(room.take(three.response, 'b', 60)).toBe(true)
  three.leave()
})

it('gives nothing to a call that is over: nobody would give it back', async () => {
  const room = createRoom({ bytesMax: 100, shareMax: 100 })
  const { response, leave } = await openResponse()
  leave()
  await once(response, 'close')
  expect(room.take(response, 'a', 1)).toBe(false)
})
