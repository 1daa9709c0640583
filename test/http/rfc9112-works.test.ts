import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuesOf } from '../support/wire-answers.ts'
import { openCaller } from '../support/wire-caller.ts'
import { startWireScene, taggedRequest, type WireScene } from '../support/wire-scene.ts'
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

// RFC 9112, what a server must do, each test named by the section.

let scene: WireScene
beforeAll(async () => {
  scene = await startWireScene({
    upstream: await startWireUpstream(({ tag, method }, socket) => {
      // Answers overtake each other where anything lets them.
      if (tag.startsWith('slow')) setTimeout(() => socket.write(tagged(tag, method)), 30)
      else socket.write(tagged(tag, method))
    }),
  })
})
afterAll(() => scene.stop())

const GET = 'GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'
const POST = 'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`

type Works = readonly [section: string, what: string, bytes: string, body: string]
const WORKS: readonly Works[] = [
  ['2.2', 'an empty line before the request', `\r\n${GET}\r\n`, ''],
  ['3.2', 'Host in any place and any case', 'GET {get} HTTP/1.1\r\n{auth}\r\nhOsT: door:80\r\n\r\n', ''],
  ['3.2.2', 'an absolute target of the same host', `${GET.replace('{get}', 'http://door{get}')}\r\n`, ''],
  ['6.2', 'a length of nothing', `${POST}Content-Length: 0\r\n\r\n`, ''],
  ['6.2', 'a length with zeros before it', `${POST}Content-Length: 003\r\n\r\nabc`, 'abc'],
  ['6.3', 'no framing: no body', `${POST}\r\n`, ''],
  ['7', 'Chunked in another case', `${CHUNKED.replace('chunked', 'cHuNkEd')}3\r\nabc\r\n0\r\n\r\n`, 'abc'],
  ['7.1', 'several chunks', `${CHUNKED}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`, 'abcde'],
  ['7.1', 'no chunk but the last', `${CHUNKED}0\r\n\r\n`, ''],
  [
    '7.1',
    'hex digits in both cases',
    `${CHUNKED}a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n`,
    '01234567890123456789',
  ],
  ['7.1', 'zeros before a size', `${CHUNKED}0003\r\nabc\r\n00\r\n\r\n`, 'abc'],
  ['7.1', 'a chunk that looks like the last', `${CHUNKED}7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n`, '\r\n0\r\n\r\n'],
  ['7.1.1', 'an extension, which goes no further', `${CHUNKED}3;a=b\r\nabc\r\n0;c="d"\r\n\r\n`, 'abc'],
  [
    '7.1.2',
    'trailers, which become no headers',
    `${CHUNKED}3\r\nabc\r\n0\r\nX-Trailer: a\r\nAuthorization: b\r\n\r\n`,
    'abc',
  ],
]

describe('works, and so does the request behind it:', () => {
  it.each(WORKS)('%s: %s', async (_, __, bytes, body) => {
    const { request } = await expectTwoAnswers(scene, bytes)
    expect(request.body).toBe(body)
    expect(request.target).toBe(bytes.startsWith('POST') ? '/api/v1/Events' : '/api/v1/Events/10')
    expect(valuesOf(request.fields, 'x-trailer')).toEqual([])
    expect(request.head).not.toMatch(/authorization/i)
  })

  it('5.1: whitespace around a value is no part of it; all else of it is, octet by octet', async () => {
    const { request } = await expectTwoAnswers(
      scene,
      `${GET}X-A: \t b \t c\t \r\nX-B:d\r\nX-C:\r\nX-D: \xe9\xff"\r\nx-a: e\r\n\r\n`,
    )
    expect(valuesOf(request.fields, 'x-a')).toEqual(['b \t c', 'e'])
    expect(valuesOf(request.fields, 'x-b')).toEqual(['d'])
    expect(valuesOf(request.fields, 'x-c')).toEqual([''])
    expect(valuesOf(request.fields, 'x-d')).toEqual(['\xe9\xff"'])
  })

  it('2.1: whatever the pieces in which it comes', async () => {
    for (const size of [1, 2, 3, 7, 64]) {
      const caller = await openCaller(scene.url)
      const [first, second] = [newTag(), newTag()]
      const bytes = `${CHUNKED}3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-T: u\r\n\r\n`
      await caller.sendInPieces(
        Buffer.from(fillIn(scene, bytes, first) + taggedRequest(scene.token, second)),
        size,
      )
      await expectTag(caller, first)
      await expectTag(caller, second)
      caller.destroy()
      expect(arrived(scene, first).map(({ body }) => body)).toEqual(['abcde'])
    }
  })
})

describe('3: a limit', () => {
  it('of the target: 414', async () => {
    const long = `${GET.replace('{get}', `{get}?x=${'y'.repeat(9_000)}`)}\r\n`
    expect(statusAndCode(await expectRefusal(scene, long))).toBe('414 target_too_long')
    await expectTwoAnswers(scene, `${GET.replace('{get}', `{get}?x=${'y'.repeat(8_000)}`)}\r\n`)
  })

  it.each([
    ['one header', `X-A: ${'b'.repeat(16_400)}\r\n`],
    ['many', 'X-A: b\r\n'.repeat(2_100)],
    ['one name', `${'x'.repeat(16_400)}: a\r\n`],
  ])('of the head, in %s: 431', async (_, lines) => {
    expect(statusAndCode(await expectRefusal(scene, `${GET}${lines}\r\n`))).toBe('431 head_too_large')
  })

  it('of the head, which may be as long as 15,000 bytes', async () => {
    const { request } = await expectTwoAnswers(scene, `${GET}X-A: ${'b'.repeat(14_500)}\r\n\r\n`)
    expect(valuesOf(request.fields, 'x-a')).toEqual(['b'.repeat(14_500)])
  })
})

describe('9: connections', () => {
  it('9.3.2: requests that are sent at once are answered in their order', async () => {
    const caller = await openCaller(scene.url)
    const tags = Array.from({ length: 40 }, (_, at) => newTag(at % 3 === 0 ? 'slow' : 'quick'))
    const requests = tags.map((tag, at) =>
      at % 2 === 0 ? fillIn(scene, `${CHUNKED}3\r\nabc\r\n0\r\n\r\n`, tag) : fillIn(scene, `${GET}\r\n`, tag),
    )
    caller.send(requests.join(''))
    for (const tag of tags) await expectTag(caller, tag)
    caller.destroy()
  })

  it('9.3: a connection of HTTP/1.1 stays open', async () => {
    const caller = await openCaller(scene.url)
    for (let count = 0; count < 5; count += 1) {
      const tag = newTag()
      caller.send(taggedRequest(scene.token, tag))
      await expectTag(caller, tag)
    }
    expect(caller.isClosed()).toBe(false)
    caller.destroy()
  })

  it.each(['close', 'Close', 'keep-alive, close', 'x-a,close'])(
    '9.6: after "Connection: %s" nothing is carried out any more',
    async (option) => {
      const caller = await openCaller(scene.url)
      const [first, second] = [newTag(), newTag()]
      caller.send(
        taggedRequest(scene.token, first, [`Connection: ${option}`]) + taggedRequest(scene.token, second),
      )
      const answer = await caller.answer()
      expect([answer.status, valuesOf(answer.fields, 'connection')]).toEqual([200, ['close']])
      expect(await caller.closed()).toBe('')
      expect([arrived(scene, first).length, arrived(scene, second).length]).toEqual([1, 0])
    },
  )

  it('9.3: a connection of HTTP/1.0 ends with its answer, which has a version of 1.1 and no chunks', async () => {
    const caller = await openCaller(scene.url)
    const tag = newTag()
    caller.send(
      fillIn(scene, 'GET {get} HTTP/1.0\r\n{auth}\r\n\r\n', tag) + taggedRequest(scene.token, 'never'),
    )
    const answer = await caller.answer()
    expect([answer.status, valuesOf(answer.fields, 'x-tag')]).toEqual([200, [tag]])
    expect(valuesOf(answer.fields, 'transfer-encoding')).toEqual([])
    expect(await caller.closed()).toBe('')
    expect(arrived(scene, 'never')).toEqual([])
  })

  it('8: a request that breaks off is carried out by nobody', async () => {
    for (const begun of [
      `${POST}Content-Length: 5\r\n\r\nabc`,
      `${CHUNKED}5\r\nabc`,
      `${CHUNKED}3\r\nabc\r\n`,
    ]) {
      const caller = await openCaller(scene.url)
      const tag = newTag()
      caller.send(fillIn(scene, begun, tag))
      caller.socket.end()
      const answer = await caller.answer()
      expect([0, 400, 408], JSON.stringify(answer)).toContain(answer.status)
      caller.destroy()
      expect(arrived(scene, tag)).toEqual([])
    }
  })

  it('9.3: a caller that closes its half after a whole request is answered', async () => {
    const caller = await openCaller(scene.url)
    const tag = newTag('slow')
    caller.send(taggedRequest(scene.token, tag))
    caller.socket.end()
    await expectTag(caller, tag)
    expect(await caller.closed()).toBe('')
  })
})
