import { describe, expect, it } from 'vitest'
import type { ResultShape } from '#odata/analysis.ts'
import type { AnalysedBatch, BatchPart } from '#odata/batch/batch.ts'
import { atSource, oneOf } from '#odata/position.ts'
import { type GuardBatchOptions, type GuardedBatchAnswer, guardBatchAnswer } from './guard-batch-answer.ts'
import { createUrlRewriter } from './links.ts'
import { EVENT_MODEL } from './testing/event-model.ts'

const UPSTREAM = 'http://upstream.test/ev'
const ROOT = 'https://gate.test/odata'
const turn = createUrlRewriter({ upstreamRoots: [UPSTREAM], root: ROOT }, (token) => `gw-${token}`)

function entities(name: string, single = false): ResultShape {
  const source = EVENT_MODEL.sources.get(name)
  const position = source && atSource(source)
  return { kind: 'entities', position: single && position ? oneOf(position) : position }
}

function partsOf(...results: readonly (ResultShape & { readonly group?: string })[]): readonly BatchPart[] {
  return results.map(({ group, ...result }, index) => ({
    id: String(index + 1),
    number: index + 1,
    group,
    touches: [],
    unknownReach: [],
    names: new Set(),
    analysis: {
      ok: true,
      kind: 'resource',
      method: 'GET',
      target: '/Events',
      body: { kind: 'none' },
      result,
      memorable: true,
      touches: [],
      unknownReach: [],
      names: new Set(),
    },
  }))
}

type Asked = Partial<Pick<GuardBatchOptions, 'isGranted' | 'rewriteUrl'>>

function guard(
  batch: Pick<AnalysedBatch, 'format' | 'parts'>,
  text: string,
  asked: Asked = {},
): GuardedBatchAnswer {
  const contentType = batch.format === 'json' ? 'application/json' : 'multipart/mixed; boundary=up'
  const options = {
    batch,
    isGranted: (name: string) => name === 'Events',
    rewriteUrl: turn,
    boundary: 'gate',
    ...asked,
  }
  return guardBatchAnswer(EVENT_MODEL, { contentType, bytes: new TextEncoder().encode(text) }, options)
}

function textOf(answer: GuardedBatchAnswer): string {
  return answer.ok ? new TextDecoder().decode(answer.bytes) : JSON.stringify(answer)
}

function response(head: string, body: string, contentId?: string): string {
  const id = contentId === undefined ? '' : `Content-ID: ${contentId}\r\n`
  return `--up\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${id}\r\nHTTP/1.1 ${head}\r\n\r\n${body}\r\n`
}

const JSON_TYPE = 'Content-Type: application/json;odata.metadata=minimal;charset=utf-8'
const COUNT: ResultShape = { kind: 'count', position: undefined }
const GUARDED = { ok: false, part: 2, reveals: { sources: ['Accounts'], path: 'value/account' } }

describe('answers to multipart batches', () => {
  const batch = { format: 'multipart', parts: partsOf(entities('Events'), entities('Events')) } as const

  it('are written anew: links in bodies and headers turned, only headers for callers', () => {
    const text =
      response(
        `200 OK\r\n${JSON_TYPE}\r\nServer: x\r\nSet-Cookie: a=b\r\nETag: W/"1"`,
        `{"@odata.context":"${UPSTREAM}/$metadata#Events","value":[{"ID":1}],"@odata.nextLink":"Events?$skiptoken=5"}`,
      ) +
      response(
        `201 Created\r\n${JSON_TYPE}\r\nLocation: ${UPSTREAM}/Events(2)\r\nContent-Location: https://elsewhere.test/\r\nOData-EntityId: ${UPSTREAM}/Events(2)`,
        '{"ID":2}',
      )
    const answer = guard(batch, `${text}--up--\r\n`)
    const sent = textOf(answer)
    expect(answer).toMatchObject({ ok: true, contentType: 'multipart/mixed; boundary=gate' })
    expect(sent).toContain(`"@odata.context":"${ROOT}/$metadata#Events"`)
    expect(sent).toContain('"@odata.nextLink":"Events?$skiptoken=gw-5"')
    expect(sent).toContain(`Location: ${ROOT}/Events(2)\r\n`)
    expect(sent).toContain(`OData-Entityid: ${ROOT}/Events(2)\r\n`)
    expect(sent).toContain('ETag: W/"1"')
    expect(sent).not.toMatch(/server|cookie|elsewhere|upstream\.test|--up/i)
  })

  it('are held back as a whole where one response holds more', () => {
    const text = `${response(`200 OK\r\n${JSON_TYPE}`, '{"value":[]}')}${response(`200 OK\r\n${JSON_TYPE}`, '{"value":[{"account":{"ID":"A1"}}]}')}--up--\r\n`
    expect(guard(batch, text)).toMatchObject(GUARDED)
    expect(textOf(guard(batch, text))).not.toContain('A1')
    expect(guard(batch, text, { isGranted: 'all' })).toMatchObject({ ok: true })
    expect(guard(batch, text, { isGranted: () => true })).toMatchObject({ ok: true })
  })

  it('row 73, 74: an address where the rest will be carried out is not given', () => {
    const text = response(`202 Accepted\r\nLocation: ${UPSTREAM}/Events(1)`, '')
    expect(textOf(guard(batch, `${text}--up--\r\n`))).not.toMatch(/location/i)
  })

  it('hold no words about what is hidden', () => {
    const error = '{"error":{"code":"404","message":"Account A1 of Invoices"}}'
    const text = response('404 Not Found\r\nContent-Type: application/xml', error)
    const sent = textOf(guard(batch, `${text}--up--\r\n`))
    expect(sent).not.toMatch(/A1|Invoices|xml/)
    expect(sent).toContain('Content-Type: application/json')
    expect(sent).toContain('"code":"404"')
    expect(textOf(guard(batch, `${text}--up--\r\n`, { isGranted: 'all' }))).toContain(error)
  })

  it('in types that are not read are held back, but for who may call everything', () => {
    for (const type of [
      'Content-Type: application/xml',
      'Content-Type: application/json;charset=utf-16',
      `${JSON_TYPE}\r\nContent-Encoding: gzip`,
      'ETag: "1"',
    ]) {
      const text = `${response(`200 OK\r\n${type}`, '{"value":[]}')}--up--\r\n`
      expect(guard(batch, text)).toMatchObject({ ok: false, part: 1, unreadable: expect.any(String) })
      expect(guard(batch, text, { isGranted: 'all' })).toMatchObject({ ok: true })
    }
    expect(
      guard(batch, `${response('302 Found\r\nLocation: https://elsewhere.test/', 'Accounts')}--up--`),
    ).toMatchObject({ ok: true })
    expect(
      textOf(guard(batch, `${response('302 Found\r\nLocation: https://elsewhere.test/', 'Accounts')}--up--`)),
    ).not.toMatch(/elsewhere|Accounts/)
  })

  it('are nothing where they are not of this batch', () => {
    for (const text of ['', '--other--', '{"value":[]}', `${response('200 OK', '').repeat(3)}--up--`])
      expect(guard(batch, text)).toMatchObject({ ok: false, part: undefined })
  })

  it('count, and tell which request a link belongs to', () => {
    const counting = { format: 'multipart', parts: partsOf(COUNT, entities('Events')) } as const
    const text = `${response('200 OK\r\nContent-Type: text/plain', '12')}${response(`200 OK\r\n${JSON_TYPE}`, '{"@odata.id":"Events(1)"}')}--up--`
    const asked: number[] = []
    const rewriteUrl = (url: string, _kind: string, part: BatchPart) => {
      asked.push(part.number)
      return url
    }
    expect(textOf(guard(counting, text, { rewriteUrl }))).toContain('\r\n\r\n12\r\n')
    expect(asked).toEqual([2])
    expect(guard(counting, text.replace('12', '"Acme"'))).toMatchObject({ ok: false, part: 1 })
  })
})

describe('answers to JSON batches', () => {
  const batch = { format: 'json', parts: partsOf(entities('Events'), entities('Events'), COUNT) } as const
  const answerOf = (...responses: readonly string[]) => `{"responses":[${responses.join(',')}]}`

  it('are written anew, numbers as they were', () => {
    const text = answerOf(
      `{"id":"2","status":201,"headers":{"Location":"${UPSTREAM}/Events(2)","X-Powered-By":"x"},"body":{"ID":12345678901234567890.10}}`,
      `{"id":"1","status":200,"headers":{"content-type":"application/json"},"body":{"@odata.nextLink":"${UPSTREAM}/Events?$skiptoken=5","value":[]}}`,
      '{"id":"3","status":200,"headers":{"content-type":"text/plain"},"body":"12"}',
    )
    expect(textOf(guard(batch, text))).toBe(
      answerOf(
        `{"id":"2","status":201,"headers":{"location":"${ROOT}/Events(2)"},"body":{"ID":12345678901234567890.10}}`,
        `{"id":"1","status":200,"headers":{"content-type":"application/json"},"body":{"@odata.nextLink":"${ROOT}/Events?$skiptoken=gw-5","value":[]}}`,
        '{"id":"3","status":200,"headers":{"content-type":"text/plain"},"body":"12"}',
      ),
    )
  })

  it('are held back where one response holds more, in whatever order they come', () => {
    const text = answerOf(
      '{"id":"2","status":200,"body":{"value":[{"account":{"ID":"A1"}}]}}',
      '{"id":"1","status":200,"body":{"value":[]}}',
    )
    expect(guard(batch, text)).toMatchObject(GUARDED)
    const hidden = answerOf(
      `{"id":"2","status":200,"body":${JSON.stringify('{"value":[{"account":{"ID":"A1"}}]}')}}`,
    )
    expect(guard(batch, hidden)).toMatchObject({ ok: false, part: 2 })
    expect(guard(batch, answerOf('{"id":"3","status":200,"body":"A1"}'))).toMatchObject({
      ok: false,
      part: 3,
    })
  })

  it('hold no words about what is hidden, for a group that failed as a whole neither', () => {
    const grouped = {
      format: 'json',
      parts: partsOf(
        { ...entities('Events', true), group: 'g' },
        { ...entities('Events', true), group: 'g' },
      ),
    } as const
    const sent = textOf(
      guard(
        grouped,
        answerOf('{"id":"g","status":409,"body":{"error":{"code":"409","message":"Account A1"}}}'),
      ),
    )
    expect(sent).toContain('"status":409')
    expect(sent).not.toContain('A1')
    expect(textOf(guard(batch, answerOf('{"id":"1","status":500,"body":"at Accounts.read"}')))).not.toContain(
      'Accounts',
    )
  })
})
