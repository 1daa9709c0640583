import { expect, it } from 'vitest'
import { openCaller } from '../support/wire-caller.ts'
import { startWireScene, taggedRequest } from '../support/wire-scene.ts'
import { expectTag, newTag } from '../support/wire-talk.ts'
import { startWireUpstream, tagged } from '../support/wire-upstream.ts'

// Guarantee: a second answer to a request reaches nobody, where it comes before another request is on its way. Later than
// that nothing tells it from the answer to that one (RFC 9112 9.2); so there are no other calls here.

const ROUNDS = 20
const EVIL = 'HTTP/1.1 200 OK\r\nx-tag: evil\r\ncontent-length: 4\r\n\r\nevil'

it('a second answer that comes later reaches nobody, and its connection is not used again', async () => {
  let sent = Promise.withResolvers<void>()
  const upstream = await startWireUpstream((request, socket) => {
    const answer = tagged(request.tag, request.method)
    if (!request.tag.startsWith('twice')) return void socket.write(answer)
    return void socket.write(answer, () => setImmediate(() => socket.write(EVIL, () => sent.resolve())))
  })
  const scene = await startWireScene({ upstream })
  const caller = await openCaller(scene.url)
  for (let round = 0; round < ROUNDS; round += 1) {
    sent = Promise.withResolvers()
    for (const kind of ['twice', 'next']) {
      const tag = newTag(kind)
      caller.send(taggedRequest(scene.token, tag))
      await expectTag(caller, tag)
      if (kind === 'twice') await sent.promise
      // What was sent before this was asked has been read before it is answered.
      expect((await fetch(`${scene.url}/livez`)).status).toBe(200)
    }
  }
  expect(upstream.connections()).toBe(ROUNDS + 1)
  caller.destroy()
  await scene.stop()
})
