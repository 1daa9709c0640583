import { describe, expect, it } from 'vitest'
import { createBodyReader } from './body-reader.ts'
import { toFieldLines, toFieldSection } from './field-section.ts'
import type { Framing } from './head.ts'
import { readAnswerHead } from './read-answer-head.ts'
import { HEAD_BYTES_MAX } from './read-fields.ts'
import { readRequestHead } from './read-request-head.ts'

const read = (text: string) => {
  const bytes = Buffer.from(text, 'latin1')
  return readRequestHead(bytes, 0, bytes.length)
}
const codeOf = (text: string): string | undefined => {
  const result = read(text)
  return result && !result.ok ? result.problem.code : undefined
}
const requestOf = (text: string) => {
  const result = read(text)
  if (!result?.ok) throw new Error(`not read: ${JSON.stringify(result)}`)
  return result.head
}

describe('the head of a request', () => {
  const WHOLE =
    'POST /a/b?c=d HTTP/1.1\r\nHost: example.test:80\r\nX-Odd_Name!:  two  words\t \r\nContent-Length: 5\r\nconnection: keep-alive\r\n\r\n'

  it('is read with names in lower case and values as they stand', () => {
    const head = requestOf(`${WHOLE}12345`)
    expect({ ...head, fields: toFieldLines(head.fields) }).toEqual({
      method: 'POST',
      target: '/a/b?c=d',
      minorVersion: 1,
      fields: [
        'host',
        'example.test:80',
        'x-odd_name!',
        'two  words',
        'content-length',
        '5',
        'connection',
        'keep-alive',
      ],
      framing: { kind: 'length', length: 5 },
      keepAlive: true,
      expectsContinue: false,
    })
  })

  it('is the same as its lines, put together', () => {
    const { fields } = requestOf(`${WHOLE.replace('X-Odd', 'Connection: x-a\r\nX-Odd')}12345`)
    const lines = toFieldLines(fields)
    const together = toFieldSection(lines)
    expect(toFieldLines(together)).toEqual(lines)
    expect(fields.text.endsWith(together.text)).toBe(true)
    expect([together.seen, together.twice]).toEqual([fields.seen, fields.twice])
    expect(fields.twice).not.toBe(0)
  })

  it('has room for as many lines as a head can hold, each of which grows by a blank', () => {
    const target = `/${'t'.repeat(2_000)}`
    const lines = Math.floor((HEAD_BYTES_MAX - target.length - 30) / 5)
    const { fields } = requestOf(
      `GET ${target} HTTP/1.1\r\nHost:h\r\n${'a:\t\r\n'.repeat(lines - 1)}b:c\r\n\r\n`,
    )
    expect(fields.text).toBe(`${target}host: h\r\n${'a: \r\n'.repeat(lines - 1)}b: c\r\n`)
    const short = requestOf(`GET / HTTP/1.1\r\nHost:h\r\n${'a:\r\n'.repeat(4_080)}\r\n`)
    expect(short.fields.text).toBe(`/host: h\r\n${'a: \r\n'.repeat(4_080)}`)
  })

  it('is waited for at every byte, and ends where it ends', () => {
    for (let length = 0; length < WHOLE.length; length += 1)
      expect(read(WHOLE.slice(0, length))).toBe(undefined)
    const bytes = Buffer.from(`xx\r\n${WHOLE}rest`, 'latin1')
    const result = readRequestHead(bytes, 2, bytes.length)
    expect(result?.ok === true && result.end).toBe(4 + WHOLE.length)
  })

  it.each([
    ['GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1 \r\nHost: a\r\n\r\n', 'request_malformed'],
    ['GET /\r\nHost: a\r\n\r\n', 'request_malformed'],
    [' GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'request_malformed'],
    ['G(T / HTTP/1.1\r\nHost: a\r\n\r\n', 'request_malformed'],
    ['GET / http/1.1\r\nHost: a\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.2\r\nHost: a\r\n\r\n', 'http_version_not_supported'],
    ['PRI * HTTP/2.0\r\n\r\n', 'http_version_not_supported'],
    ['GET / HTTP/1.1\nHost: a\r\n\r\n', 'request_malformed'],
    ['GET /\u0080 HTTP/1.1\r\nHost: a\r\n\r\n', 'target_malformed'],
    ['GET /\t HTTP/1.1\r\nHost: a\r\n\r\n', 'target_malformed'],
    ['GET / HTTP/1.1\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 'header_ambiguous'],
    ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: [\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a:b\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nb: c\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nb: c\rd\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nb: c\0d\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nb\r\n\r\n', 'request_malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nb\u00e9: c\r\n\r\n', 'request_malformed'],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      'header_ambiguous',
    ],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n', 'header_ambiguous'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 'header_ambiguous'],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
      'transfer_coding_not_supported',
    ],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "chunked"\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked \t\r\n\r\n', 'request_malformed'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u00a0chunked\r\n\r\n', 'request_malformed'],
    [
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'upgrade_not_supported',
    ],
    ['POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n', 'expectation_not_supported'],
    [`GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(HEAD_BYTES_MAX)}\r\n\r\n`, 'head_too_large'],
    [`GET / HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(5000)}\r\n`, 'head_too_large'],
  ])('is refused: %j', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it.each([
    ['GET / HTTP/1.1\r\nHost:\r\n\r\n'],
    ['GET / HTTP/1.0\r\n\r\n'],
    ['\r\nGET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n'],
    ['GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n'],
    ['GET / HTTP/1.1\r\nHost: a\r\nb:\r\nb: \u00e9\r\n\r\n'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n'],
  ])('is read: %j', (text) => {
    expect(read(text)?.ok).toBe(true)
  })

  it('says whether the connection goes on', () => {
    const keeps = (lines: string, version = '1.1'): boolean =>
      requestOf(`GET / HTTP/${version}\r\nHost: a\r\n${lines}\r\n`).keepAlive
    expect([keeps(''), keeps('Connection: x, Close\r\n'), keeps('', '1.0')]).toEqual([true, false, false])
  })
})

describe('the head of an answer', () => {
  const answer = (text: string, method = 'GET') => {
    const bytes = Buffer.from(text, 'latin1')
    return readAnswerHead(bytes, 0, bytes.length, method)
  }
  const framingOf = (text: string, method?: string): Framing | undefined => {
    const result = answer(text, method)
    return result?.ok ? result.head.framing : undefined
  }

  it('says where the body ends', () => {
    expect(framingOf('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')).toEqual({ kind: 'length', length: 3 })
    expect(framingOf('HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n')).toEqual({ kind: 'chunked' })
    expect(framingOf('HTTP/1.0 200 OK\r\n\r\n')).toEqual({ kind: 'close' })
    for (const status of [103, 204, 304])
      expect(framingOf(`HTTP/1.1 ${status} x\r\nContent-Length: 3\r\n\r\n`)).toEqual({ kind: 'none' })
    expect(framingOf('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n', 'HEAD')).toEqual({ kind: 'none' })
  })

  it('is waited for at every byte', () => {
    const whole = 'HTTP/1.1 200 Fine by me\r\nA: b\r\n\r\n'
    for (let length = 0; length < whole.length; length += 1)
      expect(answer(whole.slice(0, length))).toBe(undefined)
    expect(answer(whole)?.ok).toBe(true)
  })

  it.each([
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/2.0 200 OK\r\n\r\n',
    'ICY 200 OK, and so on\r\n\r\n',
    'HTTP/1.1 200 OK\nA: b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n',
    `HTTP/1.1 200 OK\r\na: ${'b'.repeat(HEAD_BYTES_MAX)}\r\n\r\n`,
  ])('is refused: %j', (text) => {
    expect(answer(text)?.ok).toBe(false)
  })
})

describe('a body', () => {
  const bodyOf = (framing: Framing, text: string, step: number) => {
    let content = ''
    const reader = createBodyReader(framing, (bytes, start, end) => {
      content += bytes.toString('latin1', start, end)
    })
    const bytes = Buffer.from(text, 'latin1')
    let at = 0
    while (at < bytes.length && reader.state() === 'more') {
      const to = Math.min(bytes.length, at + step)
      const used = reader.read(bytes, at, to)
      at = used
      if (used < to) break
    }
    return { content, state: reader.state(), rest: text.slice(at), trailers: toFieldLines(reader.trailers()) }
  }
  const STEPS = [1, 2, 3, 7, 1000]

  it('ends where it ends, however its bytes come', () => {
    for (const step of STEPS) {
      expect(bodyOf({ kind: 'length', length: 5 }, '12345GET', step)).toMatchObject({
        content: '12345',
        state: 'done',
        rest: 'GET',
      })
      const chunked =
        '4;x=y;z;q="\\"; ";r\r\nWiki\r\n05\r\npedia\r\nA\r\n0123456789\r\n0\r\nTail: 1\r\n\r\nGET'
      expect(bodyOf({ kind: 'chunked' }, chunked, step)).toEqual({
        content: 'Wikipedia0123456789',
        state: 'done',
        rest: 'GET',
        trailers: ['tail', '1'],
      })
      expect(bodyOf({ kind: 'close' }, 'all of it', step)).toMatchObject({
        content: 'all of it',
        state: 'more',
      })
      expect(bodyOf({ kind: 'none' }, 'GET', step)).toMatchObject({ content: '', state: 'done', rest: 'GET' })
    }
  })

  it.each([
    '5 \r\n12345\r\n0\r\n\r\n',
    ' 5\r\n12345\r\n0\r\n\r\n',
    '+5\r\n12345\r\n0\r\n\r\n',
    '0x5\r\n12345\r\n0\r\n\r\n',
    '5\n12345\r\n0\r\n\r\n',
    '5\r12345\r\n0\r\n\r\n',
    '5\r\n1234567\r\n0\r\n\r\n',
    '5\r\n12345\n0\r\n\r\n',
    '\r\n12345\r\n0\r\n\r\n',
    'g\r\n12345\r\n0\r\n\r\n',
    '1000000000000\r\n',
    '5;a\nb\r\n12345\r\n0\r\n\r\n',
    `5;${'a'.repeat(20_000)}\r\n12345\r\n0\r\n\r\n`,
    '5;\r\n12345\r\n0\r\n\r\n',
    '5;a=\r\n12345\r\n0\r\n\r\n',
    '5;a b\r\n12345\r\n0\r\n\r\n',
    '5;a="b\r\n12345\r\n0\r\n\r\n',
    '0\r\nContent-Length: 5\r\n\r\n',
    '0\r\nTransfer-Encoding: chunked\r\n\r\n',
    '0\r\na : b\r\n\r\n',
    '0\r\n a: b\r\n\r\n',
    `0\r\na: ${'b'.repeat(20_000)}`,
  ])('is refused where its chunks are broken: %j', (text) => {
    for (const step of STEPS) {
      const { state, content } = bodyOf({ kind: 'chunked' }, text, step)
      expect(state).toBe('bad')
      expect('12345').toContain(content)
    }
  })
})
