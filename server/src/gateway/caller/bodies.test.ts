import type { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Answer } from './caller-answer.ts'
import type { CallerAnswer, HandleCall } from './caller-call.ts'
import type { CallerLimits } from './limits.ts'
import { openListener, WAYS } from './test/open-listener.ts'
import { waitUntil } from './test/wait-until.ts'

const CHUNKED = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
const GET = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n'

function post(length: number, more = ''): string {
  return `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n${more}\r\n`
}

function say(answer: CallerAnswer, text: string): void {
  answer.writeHead(200, ['content-length', String(text.length)])
  answer.end(Buffer.from(text))
}

function firstOf<Value>(): { readonly given: Promise<Value>; readonly give: (value: Value) => void } {
  let give: (value: Value) => void = () => {}
  const given = new Promise<Value>((resolve) => (give = resolve))
  return { given, give: (value) => give(value) }
}

/** Answers with the body, or its error, in brackets. */
const echo: HandleCall = (request, answer) => {
  let text = '<'
  request
    .body()
    .on('data', (piece: Buffer) => (text += piece.toString('latin1')))
    .on('end', () => say(answer, `${text}>`))
}

/** Answers at once, whatever the body. */
const refuseAll: HandleCall = ({ target }, answer) => say(answer, `(${target})`)

describe.each(WAYS)('bodies of requests, read in the way "%s"', (way) => {
  async function open(handle: HandleCall, limits?: Partial<CallerLimits>) {
    return await openListener(handle, limits === undefined ? { way } : { way, limits })
  }

  it('reads bodies in every framing, split at any byte, and the next request after them', async () => {
    const { connect } = await open(echo)
    const caller = await connect()
    const requests = [
      `${post(5)}hello`,
      post(0),
      GET,
      `${CHUNKED}2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nsum: 1\r\n\r\n`,
      `${CHUNKED}0\r\n\r\n`,
    ].join('')
    for (let at = 1; at < requests.length; at += 3) {
      caller.send(requests.slice(0, at))
      await new Promise(setImmediate)
      caller.send(requests.slice(at))
      const rounds = Math.ceil(at / 3)
      await caller.until((received) => (received.match(/<.*?>/g)?.length ?? 0) === 5 * rounds)
    }
    const bodies = caller.received().match(/<.*?>/g)
    expect(new Set(bodies?.map((body, at) => `${at % 5} ${body}`))).toEqual(
      new Set(['0 <hello>', '1 <>', '2 <>', '3 <hello>', '4 <>']),
    )
  })

  it('gives the same stream to whoever asks again, also at its end', async () => {
    const { connect } = await open((request, answer) => {
      const body = request.body()
      body.resume().on('end', () => say(answer, String(request.body() === body && body.readableEnded)))
    })
    const caller = await connect()
    caller.send(`${post(2)}ab`)
    expect(await caller.until('true')).toMatch(/true$/)
  })

  it('takes no more of a body than its reader takes', async () => {
    const first = firstOf<{ readonly body: Readable; readonly answer: CallerAnswer }>()
    const { connect } = await open((request, answer) => first.give({ body: request.body(), answer }))
    const caller = await connect()
    const length = 40 * 1024 * 1024
    caller.send(post(length))
    caller.socket.write(Buffer.alloc(length))
    const { body, answer } = await first.given
    const { connection } = answer as Answer
    body.read(0)
    await waitUntil(() => connection.isPaused && body.readableLength > 0)
    expect(body.readableLength).toBeLessThan(256 * 1024)
    let taken = 0
    for await (const piece of body) taken += (piece as Buffer).length
    expect(taken).toBe(length)
    say(answer, 'done')
    await caller.until('done')
  })

  it('asks for nothing of a body before somebody reads it', async () => {
    const first = firstOf<CallerAnswer>()
    const { connect } = await open((_request, answer) => first.give(answer))
    const caller = await connect()
    caller.send(post(8_000_000))
    caller.socket.write(Buffer.alloc(8_000_000))
    const { connection } = (await first.given) as Answer
    await waitUntil(() => connection.isPaused)
    expect(connection.held.to - connection.held.from).toBeLessThan(128 * 1024)
  })

  it.each([
    ['whose chunk has no length', `${CHUNKED}x\r\n`],
    ['whose chunk is longer than it says', `${CHUNKED}2\r\nabc\r\n`],
    ['whose end is missing', `${CHUNKED}2\r\nab\r\n`],
    ['that is shorter than it says', `${post(5)}abc`],
  ])('answers 400 to a body %s, and its reader hears of an error', async (_name, request) => {
    const told: string[] = []
    const { connect } = await open((request, answer) => {
      request
        .body()
        .on('data', () => {})
        .on('end', () => told.push('end'))
        .on('error', () => told.push('error'))
        .on('close', () => {
          say(answer, 'too late')
          told.push(`closed ${answer.isClosed()}`)
        })
    })
    const caller = await connect()
    caller.send(request)
    caller.socket.end()
    const received = await caller.end()
    expect(received).toMatch(/^HTTP\/1\.1 400 /)
    expect(received.match(/HTTP/g)).toHaveLength(1)
    while (told.length < 2) await new Promise(setImmediate)
    expect(told).toEqual(['error', 'closed true'])
  })

  it('cuts an answer that has begun where the body breaks', async () => {
    const { connect } = await open((request, answer) => {
      answer.writeHead(200, [])
      answer.write(Buffer.from('begun'))
      request.body().resume()
    })
    const caller = await connect()
    caller.send(`${CHUNKED}2\r\nab\r\n`)
    await caller.until('begun\r\n')
    caller.send('x\r\n')
    expect(await caller.end()).toMatch(/begun\r\n$/)
  })

  it('reads away a body that nobody has read, and answers the next request', async () => {
    const { connect } = await open(refuseAll)
    const caller = await connect()
    caller.send(post(5_000_000))
    await caller.until('(/)')
    caller.send(Buffer.alloc(5_000_000))
    caller.send(`${CHUNKED}5\r\nhello\r\n0\r\n\r\n${GET}`)
    const received = await caller.until('(/next)')
    expect(received).not.toContain('connection: close')
    expect(received.match(/HTTP/g)).toHaveLength(3)
  })

  it('ends the connection where more would have to be read away, and the answer arrives', async () => {
    const { connect } = await open(refuseAll, { discardBytes: 100_000 })
    const caller = await connect()
    caller.send(post(100_001))
    const received = await caller.end()
    expect(received).toContain('connection: close')
    expect(received).toContain('(/)')
  })

  it('ends the connection where a body without a length goes on and on', async () => {
    const { connect, listener, pass } = await open(refuseAll, { discardBytes: 100_000 })
    const caller = await connect()
    caller.send(CHUNKED)
    await caller.until('(/)')
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`
    await waitUntil(() => {
      if (!caller.socket.destroyed) caller.send(piece)
      // TLS counts nothing any more once it has said that it ends: there it is time that ends it.
      if (way === 'tls' && caller.socket.readableEnded) pass(20_000)
      return listener.connectionCount() === 0
    })
    expect(caller.received().match(/HTTP/g)).toHaveLength(1)
  })

  it('tells a caller that waits for it to go on, once', async () => {
    const { connect } = await open((request, answer) => {
      answer.writeContinue()
      answer.writeContinue()
      echo(request, answer)
    })
    const caller = await connect()
    caller.send(post(5, 'Expect: 100-continue\r\n'))
    await caller.until('HTTP/1.1 100 Continue\r\n\r\n')
    caller.send(`hello${GET}`)
    const received = await caller.until('<>')
    expect(received).toContain('<hello>')
    expect(received.match(/100 Continue/g)).toHaveLength(1)
  })

  it('does not expect the body that it has refused before it was sent, and ends', async () => {
    const handled: string[] = []
    const { connect } = await open((request, answer) => {
      handled.push(request.target)
      refuseAll(request, answer)
    })
    const caller = await connect()
    // Read as the next request, it would be smuggled in as a body.
    caller.send(`${post(GET.length, 'Expect: 100-continue\r\n')}${GET}`)
    const received = await caller.end()
    expect(received).toContain('connection: close')
    expect(received).not.toContain('100 Continue')
    expect(handled).toEqual(['/'])
  })

  it('breaks the stream of whoever still reads when the request is answered', async () => {
    const told: string[] = []
    const { connect } = await open((request, answer) => {
      if (request.target === '/next') return refuseAll(request, answer)
      const body = request.body()
      body.on('error', () => told.push('error')).on('end', () => told.push('end'))
      body.once('data', () => refuseAll(request, answer))
    })
    const caller = await connect()
    caller.send(`${post(10)}hello`)
    await caller.until('(/)')
    caller.send(`hello${GET}`)
    await caller.until('(/next)')
    expect(told).toEqual(['error'])
  })

  it.skipIf(way === 'tls')('breaks the stream where the caller goes away', async () => {
    const { connect } = await open((request, answer) => {
      const body = request.body().resume()
      body.once('error', ({ message }) => broke([message, String(answer.isClosed())]))
      start()
    })
    let start = (): void => {}
    let broke: (told: string[]) => void = () => {}
    const started = new Promise<void>((resolve) => (start = resolve))
    const broken = new Promise<string[]>((resolve) => (broke = resolve))
    const caller = await connect()
    caller.send(`${post(10)}hello`)
    await started
    caller.reset()
    expect(await broken).toEqual(['the caller went away', 'true'])
  })
})
