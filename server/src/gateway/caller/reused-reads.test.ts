import { expect, it } from 'vitest'
import type { Answer } from './caller-answer.ts'
import { canReuseReads } from './reused-reads.ts'
import { openListener } from './test/open-listener.ts'

it('this Node can read accepted sockets into one buffer', async () => {
  expect(await canReuseReads()).toBe(true)
})

it('makes no buffer for what it reads that way', async () => {
  let bytes = 0
  const { connect } = await openListener((request, answer) => {
    ;(answer as Answer).connection.socket.on('data', (piece: Buffer) => (bytes += piece.length))
    answer.writeHead(200, ['content-length', '4'])
    answer.end(Buffer.from(request.target))
  })
  const caller = await connect()
  for (const target of ['/one', '/two', '/six']) {
    caller.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await caller.until(target)
  }
  expect(bytes).toBe(0)
})
