import { describe, expect, it } from 'vitest'
import { addressGroup, plainAddress } from './address-group.ts'
import type { Answer } from './caller-answer.ts'
import type { CallerAnswer, HandleCall } from './caller-call.ts'
import { LIMITS } from './limits.ts'
import { openListener, WAYS } from './test/open-listener.ts'
import { waitUntil } from './test/wait-until.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n'

const sayDone: HandleCall = (_request, answer) => {
  answer.writeHead(200, ['content-length', '4'])
  answer.end(Buffer.from('done'))
}

/** Answers only when it is let. */
function holdAnswers(): { readonly handle: HandleCall; readonly next: () => Promise<CallerAnswer> } {
  const held: CallerAnswer[] = []
  return {
    handle: (_request, answer) => void held.push(answer),
    next: async () => {
      for (;;) {
        const answer = held.shift()
        if (answer !== undefined) return answer
        await new Promise(setImmediate)
      }
    },
  }
}

async function ticks(): Promise<void> {
  // As often as the listener looks at its clock, and more.
  for (let tick = 0; tick < 5; tick += 1) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe.each(WAYS)('time-outs of callers, read in the way "%s"', (way) => {
  it('answers whoever has ended its side, and leaves a call of which nothing is answered soon', async () => {
    const { handle, next } = holdAnswers()
    const { connect, pass } = await openListener(handle, { way })
    const [early, begun, late] = [await connect(), await connect(), await connect()]
    const answers: CallerAnswer[] = []
    for (const caller of [early, begun, late]) {
      caller.socket.end(GET)
      answers.push(await next())
    }
    await ticks()
    const [first, second, third] = answers
    first?.writeHead(200, ['content-length', '4'])
    first?.end(Buffer.from('done'))
    second?.writeHead(200, ['content-length', '4'])
    second?.write(Buffer.from('do'))
    expect(await early.end()).toContain('done')
    const left = new Promise<void>((resolve) => third?.onClose(resolve))
    expect(third?.isClosed()).toBe(false)
    pass(LIMITS.halfOpenMs + 2 * LIMITS.tickMs)
    await left
    expect(await late.end()).toBe('')
    // What has begun goes on.
    expect(second?.isClosed()).toBe(false)
    second?.end(Buffer.from('ne'))
    expect(await begun.end()).toContain('done')
  })

  it('answers 408 to a head that is not whole in time, however it drips', async () => {
    const { connect, pass } = await openListener(sayDone, { way })
    const caller = await connect()
    caller.send(GET)
    await caller.until('done')
    caller.send('GET / HTTP/1.1\r\n')
    await ticks()
    for (const line of ['a: b\r\n', 'c: d\r\n', 'e: f\r\n']) {
      pass(LIMITS.headMs / 4)
      caller.send(line)
      await ticks()
    }
    expect(caller.received().match(/HTTP/g)).toHaveLength(1)
    pass(LIMITS.headMs / 2)
    const received = await caller.end()
    expect(received).toMatch(/HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(received).toContain('connection: close')
  })

  it('ends a connection that asks for nothing, without a word', async () => {
    const { connect, pass, listener } = await openListener(sayDone, { way })
    const [silent, idle] = [await connect(), await connect()]
    idle.send(GET)
    await idle.until('done')
    pass(LIMITS.idleMs + 20)
    expect(await idle.end()).toMatch(/done$/)
    expect(listener.connectionCount()).toBe(2)
    pass(LIMITS.headMs)
    expect(await silent.end()).toBe('')
    for (const { socket } of [silent, idle]) socket.end()
    await waitUntil(() => listener.connectionCount() <= 0)
  })

  it('lets no caller linger that does not end its side', async () => {
    const { connect, pass, listener } = await openListener(sayDone, { way })
    const caller = await connect()
    caller.send('bad\r\n\r\n')
    await caller.end()
    caller.send('more and more')
    expect(listener.connectionCount()).toBe(1)
    pass(LIMITS.discardMs + 20)
    await waitUntil(() => listener.connectionCount() <= 0)
  })

  it('has no time-out while a request is handled', async () => {
    const { handle, next } = holdAnswers()
    const { connect, pass } = await openListener(handle, { way })
    const caller = await connect()
    caller.send(GET)
    const answer = await next()
    pass(3_600_000)
    await ticks()
    answer.writeHead(200, ['content-length', '4'])
    answer.end(Buffer.from('late'))
    expect(await caller.until('late')).not.toContain('408')
  })

  it('answers 408 to a body that stops coming', async () => {
    const { handle, next } = holdAnswers()
    const { connect, pass } = await openListener(
      (request, answer) => {
        request.body().resume()
        handle(request, answer)
      },
      { way },
    )
    const caller = await connect()
    caller.send(POST)
    const answer = await next()
    pass(LIMITS.bodyIdleMs + 20)
    const received = await caller.end()
    expect(received).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer.isClosed()).toBe(true)
  })

  it('answers 408 to a body that drips for too long', async () => {
    const { connect, pass } = await openListener((request) => void request.body().resume(), { way })
    const caller = await connect()
    caller.send(POST)
    for (let passed = 0; passed <= LIMITS.bodyMs; passed += LIMITS.bodyIdleMs / 2) {
      expect(caller.received()).toBe('')
      caller.send('x')
      await ticks()
      pass(LIMITS.bodyIdleMs / 2)
    }
    expect(await caller.end()).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('answers 408 to a body that was asked for too long ago, also while its socket is not read', async () => {
    const { handle, next } = holdAnswers()
    const { connect, pass, listener } = await openListener(
      (request, answer) => {
        request.body().read(0)
        handle(request, answer)
      },
      { way },
    )
    const caller = await connect()
    const length = 7_000_000
    caller.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`)
    caller.socket.write(Buffer.alloc(length))
    const { connection } = (await next()) as Answer
    await waitUntil(() => connection.isPaused)
    pass(LIMITS.bodyMs + 20)
    expect(await caller.end()).toMatch(/^HTTP\/1\.1 408 /)
    // What it still sends is read away.
    caller.socket.end()
    await waitUntil(() => listener.connectionCount() === 0)
  })

  it('waits for a reader that takes its time with a body', async () => {
    const { handle, next } = holdAnswers()
    const { connect, pass } = await openListener(handle, { way })
    const caller = await connect()
    caller.send(`${POST}${'x'.repeat(100)}`)
    const answer = await next()
    pass(LIMITS.bodyIdleMs * 2)
    await ticks()
    sayDone(undefined as never, answer)
    expect(await caller.until('done')).not.toContain('408')
  })

  it('cuts off a caller that takes nothing of its answer, not one that takes a little', async () => {
    const { handle, next } = holdAnswers()
    const { connect, pass } = await openListener(handle, { way })
    const caller = await connect()
    caller.socket.pause()
    caller.send(GET)
    const answer = await next()
    answer.writeHead(200, [])
    const closed = new Promise<void>((resolve) => answer.onClose(resolve))
    let written = 0
    const more = (): void => {
      for (let goesOn = true; goesOn; written += 1) goesOn = answer.write(Buffer.alloc(65_536))
      answer.onDrain(more)
    }
    more()
    for (let last = 0; last !== written; await ticks()) last = written
    pass(LIMITS.answerIdleMs / 2)
    await ticks()
    expect(answer.isClosed()).toBe(false)
    pass(LIMITS.answerIdleMs)
    await closed
  })
})

describe('how many connections there may be', () => {
  it('closes what one address has too many of, at once, and keeps the others', async () => {
    const { connect, listener } = await openListener(sayDone, { limits: { connectionsPerAddress: 2 } })
    const [first, second] = [await connect(), await connect()]
    const third = await connect()
    expect(await third.end()).toBe('')
    const elsewhere = await connect({ localAddress: '127.0.0.2' })
    for (const caller of [first, second, elsewhere]) {
      caller.send(GET)
      await caller.until('done')
    }
    expect(listener.connectionCount()).toBe(3)
    first.socket.end()
    await first.end()
    await waitUntil(() => listener.connectionCount() <= 2)
    const again = await connect()
    again.send(GET)
    await again.until('done')
  })

  it.each(['reused', 'tls'] as const)(
    'makes room by ending the oldest that wait, never one that is handled (%s)',
    async (way) => {
      const { handle, next } = holdAnswers()
      const { connect, listener } = await openListener(handle, { way, limits: { connections: 3 } })
      const working = await connect()
      working.send(GET)
      const answer = await next()
      const slow = await connect()
      slow.send('GET / HTTP/1.1\r\n')
      const idle = await connect()
      await waitUntil(() => listener.connectionCount() >= 3)
      const fourth = await connect()
      fourth.send(GET)
      const fourthAnswer = await next()
      expect(await slow.end()).toBe('')
      expect(listener.connectionCount()).toBe(3)
      idle.send(GET)
      const idleAnswer = await next()
      const fifth = await connect().catch(() => undefined)
      // All are handled: there is no room.
      expect((await fifth?.end()) ?? '').toBe('')
      for (const each of [answer, fourthAnswer, idleAnswer]) sayDone(undefined as never, each)
      for (const caller of [working, fourth, idle]) await caller.until('done')
    },
  )

  it('counts TLS connections before their handshake', async () => {
    const { connect, listener, port } = await openListener(sayDone, {
      way: 'tls',
      limits: { connections: 2 },
    })
    const half = [await connect({ isSecure: false }), await connect({ isSecure: false })]
    await waitUntil(() => listener.connectionCount() >= 2)
    const good = await connect({ port })
    good.send(GET)
    await good.until('done')
    expect(await half[0]?.end()).toBe('')
    expect(listener.connectionCount()).toBe(2)
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('counts %s as %s', (address, group) => {
    expect(addressGroup(plainAddress(address))).toBe(group)
  })
})

describe.each(WAYS)('how a listener ends, read in the way "%s"', (way) => {
  it('lets running answers end and their connections with them, and ends idle ones at once', async () => {
    const { handle, next } = holdAnswers()
    const { connect, listener, port } = await openListener(handle, { way, limits: { drainMs: 60_000 } })
    const [idle, running, sending] = [await connect(), await connect(), await connect()]
    running.send(GET)
    const answer = await next()
    sending.send('GET / HTTP/1.1\r\n')
    await waitUntil(() => listener.connectionCount() >= 3)
    await ticks()
    const closed = listener.close()
    expect(await idle.end()).toBe('')
    await expect(connect({ port })).rejects.toThrow()
    sayDone(undefined as never, answer)
    expect(await running.end()).toMatch(/connection: close\r\n\r\ndone$/)
    sending.send('Host: a\r\n\r\n')
    sayDone(undefined as never, await next())
    expect(await sending.end()).toMatch(/connection: close\r\n\r\ndone$/)
    for (const { socket } of [idle, running, sending]) socket.end()
    await closed
    expect(listener.connectionCount()).toBe(0)
  })

  it('cuts what goes on for too long', async () => {
    const { handle, next } = holdAnswers()
    const { connect, listener } = await openListener(handle, { way, limits: { drainMs: 20 } })
    const caller = await connect()
    caller.send(GET)
    const answer = await next()
    await listener.close()
    expect(answer.isClosed()).toBe(true)
    expect(await caller.end()).toBe('')
  })
})
