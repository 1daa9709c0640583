import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import type { CallerAnswer, HandleCall } from './caller-call.ts'
import { openListener, WAYS } from './test/open-listener.ts'
import { waitUntil } from './test/wait-until.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const OLD = 'GET / HTTP/1.0\r\n\r\n'
const DATE = 'date: Thu, 01 Jan 2026 00:00:00 GMT\r\n'

describe.each(WAYS)('answers to a caller, read in the way "%s"', (way) => {
  async function ask(handle: HandleCall, request: string): Promise<string> {
    const { connect, faults } = await openListener(handle, { way })
    const caller = await connect()
    caller.send(request)
    caller.socket.end()
    const received = await caller.end()
    expect(faults).toEqual([])
    return received
  }

  it('sends an answer of known length as it is', async () => {
    const received = await ask((_request, answer) => {
      answer.writeHead(200, ['content-type', 'text/plain', 'content-length', '5'])
      answer.write(Buffer.from('he'))
      answer.write(Buffer.from('llo'))
      answer.end()
    }, GET)
    expect(received).toBe(
      `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n${DATE}\r\nhello`,
    )
  })

  it('sends one of unknown length in chunks, with trailers, and no empty chunk before the end', async () => {
    const received = await ask((_request, answer) => {
      answer.writeHead(200, [])
      answer.write(Buffer.from('hello'))
      answer.write(Buffer.alloc(0))
      answer.write(Buffer.alloc(17, 'x'))
      answer.end(undefined, ['x-sum', '22'])
    }, GET)
    expect(received).toBe(
      `HTTP/1.1 200 OK\r\n${DATE}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n11\r\n${'x'.repeat(17)}\r\n0\r\nx-sum: 22\r\n\r\n`,
    )
  })

  it('sends it to HTTP/1.0 without chunks and trailers, and ends', async () => {
    const received = await ask((_request, answer) => {
      answer.writeInterim(103, ['link', '</a>'])
      answer.writeHead(200, [])
      answer.write(Buffer.from('hello'))
      answer.end(undefined, ['x-sum', '22'])
    }, OLD)
    expect(received).toBe(`HTTP/1.1 200 OK\r\n${DATE}connection: close\r\n\r\nhello`)
  })

  it('ends the connection of HTTP/1.0, even where that would keep it', async () => {
    const received = await ask((_request, answer) => {
      answer.writeHead(200, ['content-length', '0'])
      answer.end()
    }, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    expect(received).toBe(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${DATE}connection: close\r\n\r\n`)
  })

  it.each([
    ['HEAD', 200, ['content-length', '5'], 'content-length: 5\r\n'],
    ['HEAD', 200, [], ''],
    ['GET', 304, ['content-length', '5'], 'content-length: 5\r\n'],
    ['GET', 204, ['content-length', '0'], ''],
  ] as const)('sends no body to %s with %i and %j', async (method, status, fields, framing) => {
    const received = await ask((_request, answer) => {
      answer.writeHead(status, fields)
      answer.write(Buffer.from('hello'))
      answer.end(Buffer.from('you'), ['x-sum', '22'])
    }, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`)
    expect(received.endsWith(`\r\n${framing}${DATE}\r\n`)).toBe(true)
    expect(received).not.toMatch(/transfer-encoding|hello|you|x-sum/)
  })

  it('sends interim answers before the answer, and never after it has begun', async () => {
    const received = await ask((_request, answer) => {
      answer.writeInterim(103, ['link', '</a>'])
      answer.writeHead(200, ['content-length', '0'])
      answer.writeInterim(103, ['link', '</b>'])
      answer.writeContinue()
      answer.end()
    }, GET)
    expect(received).toBe(
      `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n${DATE}\r\n`,
    )
  })

  it('ends the connection where the answer says so, and handles nothing after it', async () => {
    let handled = 0
    const received = await ask((_request, answer) => {
      handled += 1
      answer.writeHead(200, ['content-length', '0'], { close: true })
      answer.end()
    }, GET + GET)
    expect(received).toBe(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${DATE}connection: close\r\n\r\n`)
    expect(handled).toBe(1)
  })

  it('writes the framing itself, whatever the fields say, and keeps a date', async () => {
    const received = await ask((_request, answer) => {
      answer.writeHead(200, [
        'connection',
        'upgrade',
        'transfer-encoding',
        'gzip',
        'date',
        'Fri, 02 Jan 2026 00:00:00 GMT',
        'content-length',
        '0',
      ])
      answer.end()
    }, GET)
    expect(received).toBe(
      'HTTP/1.1 200 OK\r\ndate: Fri, 02 Jan 2026 00:00:00 GMT\r\ncontent-length: 0\r\n\r\n',
    )
  })

  it.each([
    ['two lengths', ['content-length', '5', 'content-length', '5']],
    ['a length that is none', ['content-length', '+5']],
    // As ISO 8859-1 these are CR and LF.
    ['letters that are not ISO 8859-1', ['x', 'a\u010d\u010ab: c']],
  ])('sends nothing of a head with %s', async (_name, fields) => {
    const { connect, faults } = await openListener((_request, answer) => answer.writeHead(200, fields), {
      way,
    })
    const caller = await connect()
    caller.send(GET)
    expect(await caller.end()).toBe('')
    expect(faults).toHaveLength(1)
  })

  it.each([
    ['too few bytes', 'hell', 'end'],
    ['too many bytes', 'hello!', 'end'],
    ['an answer that is destroyed', 'hell', 'destroy'],
  ] as const)('never lets %s look like a whole answer', async (_name, content, last) => {
    const { connect } = await openListener(
      (_request, answer) => {
        answer.writeHead(200, ['content-length', '5'])
        answer.write(Buffer.from(content))
        answer[last]()
        expect(answer.isClosed()).toBe(true)
      },
      { way },
    )
    const caller = await connect()
    caller.send(GET + GET)
    const received = await caller.end()
    expect(received.split('\r\n\r\n')[1] ?? '').not.toHaveLength(5)
    expect(received.match(/HTTP/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  it('sends the head at the next turn of the event loop where no body comes yet', async () => {
    const { connect } = await openListener((_request, answer) => answer.writeHead(200, []), { way })
    const caller = await connect()
    caller.send(GET)
    expect(await caller.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  it('copies what it is given: the buffer may be used again at once', async () => {
    const size = 50_000
    const shared = Buffer.alloc(size)
    const pieces = 400
    const { connect } = await openListener(
      (_request, answer) => {
        answer.writeHead(200, ['content-length', String(size * pieces)])
        let piece = 0
        const more = (): void => {
          while (piece < pieces) {
            shared.fill(piece)
            piece += 1
            const goesOn = answer.write(shared)
            shared.fill(0xff)
            if (!goesOn) return answer.onDrain(more)
          }
          answer.end()
        }
        more()
      },
      { way },
    )
    const caller = await connect()
    const hash = createHash('sha256')
    const expected = createHash('sha256')
    for (let piece = 0; piece < pieces; piece += 1) expected.update(Buffer.alloc(size, piece))
    caller.socket.pause()
    caller.send(GET)
    setTimeout(() => caller.socket.resume(), 50)
    const received = await caller.until((received) => received.length > size * pieces)
    hash.update(Buffer.from(received.slice(received.indexOf('\r\n\r\n') + 4), 'latin1'))
    expect(hash.digest('hex')).toBe(expected.digest('hex'))
  })

  it('asks for no more than a caller takes', async () => {
    let written = 0
    let answered: CallerAnswer | undefined
    const { connect } = await openListener(
      (_request, answer) => {
        answered = answer
        answer.writeHead(200, [])
        const piece = Buffer.alloc(65_536)
        const more = (): void => {
          for (let goesOn = true; goesOn; written += piece.length) goesOn = answer.write(piece)
          answer.onDrain(more)
        }
        more()
      },
      { way },
    )
    const caller = await connect()
    caller.socket.pause()
    caller.send(GET)
    // Kernel buffers take some MiB; then nothing more is asked for.
    let last = -1
    let isStill = 0
    await waitUntil(() => {
      ;[last, isStill] = [written, written > 0 && last === written ? isStill + 1 : 0]
      return isStill === 200
    })
    expect(written).toBeLessThan(32 * 1024 * 1024)
    const closed = new Promise<void>((resolve) => answered?.onClose(resolve))
    caller.reset()
    await closed
  })

  it('is a stream for what pipes into it, and cuts the connection where that breaks', async () => {
    const { connect } = await openListener(
      (request, answer) => {
        answer.writeHead(200, [])
        const content = Readable.from(
          (function* pieces() {
            for (let at = 0; at < 100; at += 1) {
              if (at === 50 && request.target === '/broken') throw new Error('broken')
              yield Buffer.alloc(10_000, at)
            }
          })(),
        )
        pipeline(content, answer.writable()).catch(() => {})
      },
      { way },
    )
    const caller = await connect()
    caller.send(GET)
    const whole = await caller.until('\r\n0\r\n\r\n')
    expect(whole.length).toBeGreaterThan(1_000_000)
    caller.send('GET /broken HTTP/1.1\r\nHost: a\r\n\r\n')
    const both = await caller.end()
    expect(both.slice(whole.length)).not.toContain('\r\n0\r\n\r\n')
  })

  it('never gives an answer to another request than its own', async () => {
    const held: CallerAnswer[] = []
    const { connect } = await openListener(
      ({ target }, answer) => {
        // What has ended before tries to speak into this turn.
        for (const old of held) {
          old.writeContinue()
          old.writeInterim(103, ['stale', '1'])
          old.writeHead(500, ['stale', '1'])
          old.write(Buffer.from('stale'))
          old.end(Buffer.from('stale'))
          old.destroy()
        }
        held.push(answer)
        answer.writeHead(200, ['content-length', String(target.length)])
        answer.end(Buffer.from(target))
      },
      { way },
    )
    const caller = await connect()
    for (let index = 0; index < 20; index += 1) {
      caller.send(`GET /number-${index} HTTP/1.1\r\nHost: a\r\n\r\n`)
      await caller.until(`/number-${index}`)
    }
    expect(caller.received()).not.toContain('stale')
    expect(caller.received().match(/HTTP/g)).toHaveLength(20)
  })
})
