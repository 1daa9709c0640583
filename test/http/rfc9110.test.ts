import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuesOf, type WireAnswer } from '../support/wire-answers.ts'
import { openCaller } from '../support/wire-caller.ts'
import { startWireScene, type WireScene } from '../support/wire-scene.ts'
import {
  arrived,
  expectRefusal,
  expectTag,
  expectTwoAnswers,
  fillIn,
  newTag,
  statusAndCode,
} from '../support/wire-talk.ts'
import { startWireUpstream, tagged } from '../support/wire-upstream.ts'

// RFC 9110, what it asks of a server and of an intermediary, each test named by the section.

/** Answers of the upstream by tag; without one it answers with the tag. */
const answers = new Map<string, string>()
let scene: WireScene
beforeAll(async () => {
  scene = await startWireScene({
    upstream: await startWireUpstream(({ tag, method }, socket) => {
      const own = answers.get(tag)
      if (own === undefined) socket.write(tagged(tag, method))
      else socket.write(own, 'latin1')
    }),
  })
})
afterAll(() => scene.stop())

const GET = 'GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'
const POST = 'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'

/** Asks once, for an answer of the upstream in these bytes. */
async function ask(answered: string, method = 'GET', version = '1.1'): Promise<WireAnswer> {
  const tag = newTag()
  answers.set(tag, answered)
  const caller = await openCaller(scene.url)
  caller.send(fillIn(scene, GET.replace('GET', method).replace('HTTP/1.1', `HTTP/${version}`), tag) + '\r\n')
  const answer = await caller.answer(method)
  if (version === '1.1' && answer.status < 500) {
    const next = newTag('next')
    caller.send(fillIn(scene, `${GET}\r\n`, next))
    await expectTag(caller, next)
  }
  caller.destroy()
  return answer
}

const OK = 'HTTP/1.1 200 OK\r\n'
const ABC = 'content-length: 3\r\n\r\nabc'

describe('6 and 8: content', () => {
  it('6.4.1, 9.3.2: HEAD has the length that GET would have, and no content', async () => {
    const answer = await ask(`${OK}content-length: 12345\r\nx-a: b\r\n\r\n`, 'HEAD')
    expect([answer.status, valuesOf(answer.fields, 'content-length'), answer.body]).toEqual([
      200,
      ['12345'],
      '',
    ])
    expect(valuesOf(answer.fields, 'x-a')).toEqual(['b'])
  })

  it('HEAD where GET would be chunked', async () => {
    expect((await ask(`${OK}transfer-encoding: chunked\r\n\r\n`, 'HEAD')).body).toBe('')
  })

  it('15.3.5: 204 has no content and no length', async () => {
    const answer = await ask('HTTP/1.1 204 No Content\r\n\r\n')
    expect([answer.status, answer.body, valuesOf(answer.fields, 'transfer-encoding')]).toEqual([204, '', []])
    expect(valuesOf(answer.fields, 'content-length')).toEqual([])
  })

  it('15.4.5: 304 has no content, whatever length it tells', async () => {
    const answer = await ask('HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 9\r\n\r\n')
    expect([answer.status, answer.body, valuesOf(answer.fields, 'etag')]).toEqual([304, '', ['"a"']])
  })

  it('9112 7: chunks arrive as one content, and trailers are no headers', async () => {
    const chunks = '3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-T: u\r\n\r\n'
    const answer = await ask(`${OK}Transfer-Encoding: chunked\r\nTrailer: x-t\r\n\r\n${chunks}`)
    expect([answer.status, answer.body, valuesOf(answer.fields, 'x-t')]).toEqual([200, 'abcde', []])
  })

  it('9112 7: chunks arrive at a caller of HTTP/1.0 without chunks', async () => {
    const answer = await ask(`${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, 'GET', '1.0')
    expect([answer.status, answer.body, valuesOf(answer.fields, 'transfer-encoding')]).toEqual([
      200,
      'abc',
      [],
    ])
  })
})

describe('15.2: interim answers', () => {
  const EARLY = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'

  it('of the upstream are passed on, and are no answer', async () => {
    const answer = await ask(`${EARLY}HTTP/1.1 102 Processing\r\n\r\n${OK}${ABC}`)
    expect([answer.interim, answer.status, answer.body]).toEqual([[103, 102], 200, 'abc'])
  })

  it('are not sent to a caller of HTTP/1.0', async () => {
    const answer = await ask(`${EARLY}${OK}${ABC}`, 'GET', '1.0')
    expect([answer.interim, answer.status, answer.body]).toEqual([[], 200, 'abc'])
  })

  it('100 that nobody asked for is not passed on', async () => {
    const answer = await ask(`HTTP/1.1 100 Continue\r\n\r\n${OK}${ABC}`)
    expect([answer.interim, answer.status, answer.body]).toEqual([[], 200, 'abc'])
  })

  it('15.2.2: 101 that nobody asked for is no answer', async () => {
    const answer = await ask('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
    expect(statusAndCode(answer)).toBe('502 upstream_answer_invalid')
  })
})

describe('10.1.1: Expect', () => {
  it('100 Continue comes before the content is sent', async () => {
    const tag = newTag()
    const caller = await openCaller(scene.url)
    caller.send(fillIn(scene, `${POST}Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n`, tag))
    const interim = await new Promise<string>((done) =>
      caller.socket.once('data', (text) => done(String(text))),
    )
    expect(interim).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    caller.send('abc')
    await expectTag(caller, tag)
    expect(arrived(scene, tag).map(({ body, fields }) => [body, valuesOf(fields, 'expect')])).toEqual([
      ['abc', []],
    ])
    caller.destroy()
  })

  it('100 does not come where the call is refused', async () => {
    const answer = await expectRefusal(scene, `${POST}Content-Length: a\r\nExpect: 100-continue\r\n\r\n`)
    expect(answer.interim).toEqual([])
    const caller = await openCaller(scene.url)
    caller.send(
      'POST /enterprise/connect/api/Events HTTP/1.1\r\nHost: door\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n',
    )
    const unknown = await caller.answer('POST')
    expect([statusAndCode(unknown), unknown.interim]).toEqual(['401 token_missing', []])
    caller.destroy()
  })

  it('HTTP/1.0 expects nothing', async () => {
    const tag = newTag()
    const caller = await openCaller(scene.url)
    caller.send(
      fillIn(scene, `${POST.replace('1.1', '1.0')}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`, tag),
    )
    const answer = await caller.answer('POST')
    expect([answer.status, answer.interim]).toEqual([200, []])
  })

  it.each(['200-ok', '100-continue, x', 'x', ''])(
    'any other expectation, "%s", is refused',
    async (value) => {
      const answer = await expectRefusal(scene, `${POST}Expect: ${value}\r\nContent-Length: 0\r\n\r\n`)
      expect(statusAndCode(answer)).toBe('417 expectation_not_supported')
    },
  )
})

describe('7.6.1: what belongs to a connection', () => {
  const HOPS = [
    'Keep-Alive: timeout=99',
    'Proxy-Connection: keep-alive',
    'TE: trailers',
    'Trailer: x-t',
    'Proxy-Authorization: Basic YTpi',
    'Proxy-Authenticate: Basic',
    'HTTP2-Settings: AAAA',
  ]
  const named = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('')

  it('goes no further upstream, and neither do headers that Connection names', async () => {
    const { request } = await expectTwoAnswers(
      scene,
      `${GET}Connection: X-Hop, keep-alive\r\nx-hop: 1\r\nX-Stays: 2\r\nConnection: x-other\r\nX-OTHER: 3\r\n${named(HOPS)}\r\n`,
    )
    const names = request.fields.map(([name]) => name)
    for (const gone of ['x-hop', 'x-other', ...HOPS.map((line) => (line.split(':')[0] ?? '').toLowerCase())])
      expect(names).not.toContain(gone)
    expect(valuesOf(request.fields, 'x-stays')).toEqual(['2'])
    expect(['', 'keep-alive']).toContain(valuesOf(request.fields, 'connection').join())
  })

  it('comes no further down, and neither do headers that Connection names', async () => {
    const { fields } = await ask(
      `${OK}Connection: X-Hop\r\nx-hop: 1\r\nX-Stays: 2\r\n${named(HOPS)}Upgrade: websocket\r\n${ABC}`,
    )
    const names = fields.map(([name]) => name)
    for (const gone of ['x-hop', 'te', 'trailer', 'upgrade', 'proxy-connection', 'proxy-authenticate'])
      expect(names).not.toContain(gone)
    expect(valuesOf(fields, 'x-stays')).toEqual(['2'])
    expect(valuesOf(fields, 'keep-alive').join()).not.toContain('99')
    expect(valuesOf(fields, 'connection').join()).not.toContain('hop')
  })

  it("an upstream's close is not the caller's", async () => {
    const answer = await ask(`${OK}connection: close\r\n${ABC}`)
    expect([answer.status, answer.body, valuesOf(answer.fields, 'connection').includes('close')]).toEqual([
      200,
      'abc',
      false,
    ])
  })

  it.each([
    'authorization',
    'Authorization',
    'host',
    'content-length',
    'transfer-encoding',
    'x-forwarded-for',
    'via',
    'forwarded',
    'x-stagedoor-tenant',
    'apitoken',
    'X_Forwarded_Host',
    'keep-alive, authorization',
  ])('Connection must not name "%s"', async (name) => {
    const answer = await expectRefusal(scene, `${GET}Connection: ${name}\r\n\r\n`)
    expect(['400 header_ambiguous', '400 request_malformed']).toContain(statusAndCode(answer))
  })
})

describe('7: routing', () => {
  it("7.2: the upstream's Host is its own", async () => {
    const { request } = await expectTwoAnswers(scene, `${GET}\r\n`)
    expect(valuesOf(request.fields, 'host')).toEqual([new URL(scene.upstream.url).host])
  })

  it("7.6.3: Via says that the gateway was there, and holds nothing of a caller's", async () => {
    const { request } = await expectTwoAnswers(scene, `${GET}Via: 1.0 fred\r\n\r\n`)
    expect(valuesOf(request.fields, 'via')).toEqual(['1.1 stagedoor'])
  })

  it('7.6.2: OPTIONS and TRACE with Max-Forwards of 0 go no further', async () => {
    for (const method of ['OPTIONS', 'TRACE']) {
      const tag = newTag()
      const caller = await openCaller(scene.url)
      caller.send(fillIn(scene, `${GET.replace('GET', method)}Max-Forwards: 0\r\n\r\n`, tag))
      expect((await caller.answer(method)).status).toBeGreaterThanOrEqual(200)
      caller.destroy()
      expect(arrived(scene, tag)).toEqual([])
    }
  })

  it.each(['websocket', 'TLS/1.0', 'HTTP/2.0', 'h2c, websocket'])(
    '7.8: an upgrade to %s is refused',
    async (protocol) => {
      const answer = await expectRefusal(scene, `${GET}Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`)
      expect(statusAndCode(answer)).toMatch(/^(?:400|426|501) upgrade_not_supported$/)
    },
  )

  it('7.8: h2c, which curl and Java offer of themselves, is passed over', async () => {
    const { answer, request } = await expectTwoAnswers(
      scene,
      `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n\r\n`,
    )
    expect(valuesOf(answer.fields, 'upgrade')).toEqual([])
    expect(request.head).not.toMatch(/upgrade|http2-settings|h2c/i)
  })
})

describe('9: methods', () => {
  it.each(['TRACE', 'CONNECT', 'get', 'Get', 'PROPFIND', 'X', 'GETX', 'M-SEARCH', "!#$%&'*+-.^_`|~"])(
    '9.1, 15.5.6: %s is not supported, and Allow tells what is',
    async (method) => {
      const answer = await expectRefusal(scene, `${GET.replace('GET', method)}\r\n`, method)
      expect(statusAndCode(answer)).toBe('405 method_not_supported')
      const allow = valuesOf(answer.fields, 'allow').join().split(/, */)
      expect(allow).toEqual(expect.arrayContaining(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']))
      expect(allow).not.toContain(method)
    },
  )

  it('15.5.6: every 405 has Allow, also of an endpoint', async () => {
    const tag = newTag()
    const caller = await openCaller(scene.url)
    caller.send(fillIn(scene, `${GET.replace('GET', 'DELETE')}\r\n`, tag))
    const answer = await caller.answer('DELETE')
    expect([404, 405]).toContain(answer.status)
    if (answer.status === 405) expect(valuesOf(answer.fields, 'allow').join()).toContain('GET')
    caller.destroy()
    expect(arrived(scene, tag)).toEqual([])
  })

  it.each([
    ['GET', 'Content-Length: 3'],
    ['HEAD', 'Content-Length: 3'],
    ['GET', 'Transfer-Encoding: chunked'],
    ['HEAD', 'Transfer-Encoding: chunked'],
    ['OPTIONS', 'Content-Length: 3'],
  ])('9.3.1: %s with "%s" has content that upstreams read differently: refused', async (method, line) => {
    const content = line.startsWith('C') ? 'abc' : '3\r\nabc\r\n0\r\n\r\n'
    const answer = await expectRefusal(
      scene,
      `${GET.replace('GET', method)}${line}\r\n\r\n${content}`,
      method,
    )
    if (method !== 'HEAD') expect(statusAndCode(answer)).toBe('400 body_not_expected')
    expect(answer.status).toBe(400)
  })
})

describe('headers', () => {
  it('5.3: lines of one name keep their order, up and down', async () => {
    const { request } = await expectTwoAnswers(scene, `${GET}X-A: 1\r\nX-B: 2\r\nx-a: 3\r\nX-A: 1\r\n\r\n`)
    expect(valuesOf(request.fields, 'x-a')).toEqual(['1', '3', '1'])
    const { fields } = await ask(`${OK}Link: <a>\r\nx-b: 1\r\nlink: <b>\r\n${ABC}`)
    expect(valuesOf(fields, 'link')).toEqual(['<a>', '<b>'])
  })

  it('6.6.1: every answer has one Date', async () => {
    const date = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/
    const all = [
      await ask(`${OK}${ABC}`),
      await ask(`${OK}date: Sun, 06 Nov 1994 08:49:37 GMT\r\n${ABC}`),
      await ask('garbage, and so much of it that it is no HTTP\r\n\r\n'),
      await expectRefusal(scene, `${GET}X A: b\r\n\r\n`),
      await expectRefusal(scene, `${GET.replace('GET', 'TRACE')}\r\n`),
    ]
    for (const { fields, status } of all) {
      expect(valuesOf(fields, 'date'), String(status)).toHaveLength(1)
      expect(valuesOf(fields, 'date')[0]).toMatch(date)
    }
  })

  it('11.6.1: every 401 has a challenge', async () => {
    const caller = await openCaller(scene.url)
    caller.send('GET /enterprise/connect/api/Events/10 HTTP/1.1\r\nHost: door\r\n\r\n')
    const answer = await caller.answer()
    expect([answer.status, valuesOf(answer.fields, 'www-authenticate').length]).toEqual([401, 1])
    caller.destroy()
  })

  it('5.5: octets of a header come down as they are', async () => {
    const { fields } = await ask(`${OK}x-a: \xe9 \t b\r\nx-b:\r\n${ABC}`)
    expect([valuesOf(fields, 'x-a'), valuesOf(fields, 'x-b')]).toEqual([['\xe9 \t b'], ['']])
  })
})
