import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { CallerAnswer } from '#gateway/caller/caller-call.ts'
import { createCallerListener } from '#gateway/caller/caller-listener.ts'
import { createRoom } from './room.ts'

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

type Opened = { readonly answer: CallerAnswer; readonly leave: () => Promise<void> }

/** The answer to a call of a real connection, and how its caller goes away. */
async function openAnswer(): Promise<Opened> {
  const { promise: asked, resolve } = Promise.withResolvers<CallerAnswer>()
  const listener = createCallerListener({
    handle: (_, answer) => resolve(answer),
    answerProblem: () => ({ status: 400, body: '' }),
    onFault: () => undefined,
    clocks: { now: Date.now, monotonic: () => performance.now() },
  })
  const { port } = await listener.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  opened.push(async () => {
    socket.destroy()
    await listener.close()
  })
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const answer = await asked
  const left = new Promise<void>((done) => answer.onClose(done))
  return {
    answer,
    leave: async () => {
      socket.resetAndDestroy()
      await left
    },
  }
}

it('gives no more than there is, nobody more than a share, and all of it again once a call is over', async () => {
  const room = createRoom({ bytesMax: 100, shareMax: 60 })
  const [one, two] = [await openAnswer(), await openAnswer()]
  expect(room.take(one.answer, 'a', 40)).toBe(true)
  expect(room.take(one.answer, 'a', 20)).toBe(true)
  expect(room.take(two.answer, 'a', 1)).toBe(false)
  expect(room.take(two.answer, 'b', 41)).toBe(false)
  expect(room.take(two.answer, 'b', 40)).toBe(true)
  await one.leave()
  expect(room.take(two.answer, 'b', 20)).toBe(true)
  expect(room.take(two.answer, 'b', 1)).toBe(false)
  await two.leave()
  const three = await openAnswer()
  expect(room.take(three.answer, 'b', 60)).toBe(true)
})

it('gives nothing to a call that is over: nobody would give it back', async () => {
  const room = createRoom({ bytesMax: 100, shareMax: 100 })
  const { answer, leave } = await openAnswer()
  await leave()
  expect(room.take(answer, 'a', 1)).toBe(false)
})
