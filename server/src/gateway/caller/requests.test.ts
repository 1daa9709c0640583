import { describe, expect, it } from 'vitest'
import type { Answer } from './caller-answer.ts'
import type { CallerAnswer, HandleCall } from './caller-call.ts'
import type { Connection } from './connection.ts'
import { openListener, WAYS } from './test/open-listener.ts'
import { waitUntil } from './test/wait-until.ts'

function say(answer: CallerAnswer, text: string): void {
  answer.writeHead(200, ['content-length', String(text.length)])
  answer.end(Buffer.from(text))
}

const sayTarget: HandleCall = ({ target }, answer) => say(answer, `<${target}>`)

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`

function targets(received: string): string[] {
  return [...received.matchAll(/<(.*?)>/g)].map(([, target]) => target ?? '')
}

describe.each(WAYS)('requests of a caller, read in the way "%s"', (way) => {
  it('reads a head that is split at any byte', async () => {
    const { connect } = await openListener(sayTarget, { way })
    const head = 'GET /split HTTP/1.1\r\nHost: a\r\nX-Some: thing\r\n\r\n'
    const caller = await connect()
    caller.socket.setNoDelay(true)
    for (let at = 1; at < head.length; at += 1) {
      caller.send(head.slice(0, at))
      await new Promise(setImmediate)
      caller.send(head.slice(at))
      await caller.until((received) => targets(received).length === at)
    }
    expect(new Set(targets(caller.received()))).toEqual(new Set(['/split']))
  })

  it('reads a head that comes byte by byte', async () => {
    const { connect } = await openListener(sayTarget, { way })
    const caller = await connect()
    for (const byte of get('/slowly')) {
      caller.send(byte)
      await new Promise(setImmediate)
    }
    expect(await caller.until('</slowly>')).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('answers pipelined requests in their order, one at a time', async () => {
    let atOnce = 0
    let atOnceMax = 0
    const { connect } = await openListener(
      ({ target }, answer) => {
        atOnce += 1
        atOnceMax = Math.max(atOnceMax, atOnce)
        // The first ones take longest.
        setTimeout(
          () => {
            atOnce -= 1
            say(answer, `<${target}>`)
          },
          20 - Number(target.slice(1)),
        )
      },
      { way },
    )
    const caller = await connect()
    const wanted = Array.from({ length: 20 }, (_, index) => `/${index}`)
    caller.send(wanted.map(get).join(''))
    const received = await caller.until('</19>')
    expect(targets(received)).toEqual(wanted)
    expect(atOnceMax).toBe(1)
  })

  it('answers thousands of pipelined requests, with bodies among them, however they are cut into packets', async () => {
    const { connect } = await openListener(
      (request, answer) => {
        if (request.framing.kind === 'none') return say(answer, `<${request.target}>`)
        const pieces: Buffer[] = []
        request
          .body()
          .on('data', (piece: Buffer) => pieces.push(piece))
          .on('end', () => say(answer, `<${request.target}:${Buffer.concat(pieces).toString()}>`))
      },
      { way },
    )
    const caller = await connect()
    let text = ''
    const wanted: string[] = []
    for (let index = 0; index < 1_000; index += 1) {
      text += get(`/${index}`)
      text += `POST /${index} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody`
      text += `PUT /${index} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nch\r\n4;a=b\r\nunks\r\n0\r\nx: y\r\n\r\n`
      wanted.push(`/${index}`, `/${index}:body`, `/${index}:chunks`)
    }
    for (let at = 0; at < text.length; at += 7_919) {
      caller.send(text.slice(at, at + 7_919))
      await new Promise(setImmediate)
    }
    const received = await caller.until('</999:chunks>')
    expect(targets(received)).toEqual(wanted)
  })

  it('holds no more than a little of what is sent while a request is handled', async () => {
    let connection: Connection | undefined
    let handled = 0
    const { connect } = await openListener(
      (_request, answer) => {
        handled += 1
        connection = (answer as Answer).connection
      },
      { way },
    )
    const caller = await connect()
    const flood = Buffer.from(get('/next').repeat(500_000))
    caller.send(flood)
    await waitUntil(() => connection?.isPaused === true)
    if (connection === undefined) throw new Error('nothing was handled')
    expect(connection.held.bytes.length).toBeLessThan(256 * 1024)
    expect(connection.held.to - connection.held.from).toBeLessThan(16_384 + 65_536)
    expect(handled).toBe(1)
  })

  it('answers a caller that has ended its side, and ends then', async () => {
    const { connect } = await openListener(
      ({ target }, answer) => setTimeout(() => say(answer, `<${target}>`), 5),
      { way },
    )
    const caller = await connect()
    caller.send(get('/one') + get('/two'))
    caller.socket.end()
    expect(targets(await caller.end())).toEqual(['/one', '/two'])
  })

  it('says that half a head is none', async () => {
    const { connect } = await openListener(sayTarget, { way })
    const caller = await connect()
    caller.socket.end('GET /half HTTP/1.1\r\nHost:')
    const received = await caller.end()
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(received).toContain('connection: close')
    expect(received).toContain('"request_malformed"')
  })

  it('answers what cannot be read, and nothing that follows it', async () => {
    const handled: string[] = []
    const { connect } = await openListener(
      (request, answer) => {
        handled.push(request.target)
        sayTarget(request, answer)
      },
      { way },
    )
    const caller = await connect()
    caller.send(`${get('/good')}GET /bad HTTP/1.1\r\nHost : a\r\n\r\n${get('/after')}`)
    const received = await caller.end()
    expect(targets(received)).toEqual(['/good'])
    expect(handled).toEqual(['/good'])
    expect(received.match(/HTTP\/1\.1 /g)).toHaveLength(2)
    expect(received).toContain('application/problem+json')
  })

  it('cuts the connection of a handler that throws, and goes on for others', async () => {
    const { connect, faults } = await openListener(
      (request, answer) => {
        if (request.target === '/broken') throw new Error('broken')
        sayTarget(request, answer)
      },
      { way },
    )
    const caller = await connect()
    caller.send(get('/broken'))
    expect(await caller.end()).toBe('')
    expect(faults).toHaveLength(1)
    const other = await connect()
    other.send(get('/good'))
    await other.until('</good>')
  })

  // Node's TLS client cannot end without a word.
  it.skipIf(way === 'tls')(
    'tells a handler once that its caller has gone, and sends nothing of its answer',
    async () => {
      let start = (): void => {}
      const started = new Promise<void>((resolve) => (start = resolve))
      const { connect } = await openListener(
        (_request, answer) => {
          start()
          const closed: boolean[] = []
          answer.onClose(() => {
            closed.push(answer.isClosed())
            say(answer, 'too late')
            answer.destroy()
            setImmediate(() => gone(closed))
          })
          answer.onClose(() => closed.push(true))
        },
        { way },
      )
      let gone: (closed: boolean[]) => void = () => {}
      const told = new Promise<boolean[]>((resolve) => (gone = resolve))
      const caller = await connect()
      caller.send(get('/'))
      await started
      caller.reset()
      expect(await told).toEqual([true, true])
    },
  )
})
