import { Buffer } from 'node:buffer'
import {
  formatBatchRequest,
  formatBatchRequestForOData401,
  parseMultiPartContent,
} from '@odata/client/lib/batch.js'
import { describe, expect, it } from 'vitest'
import { hasSharedData, readSharedData } from '#odata/testing/shared-data.ts'
import { analyseBatch } from './analyse-batch.ts'
import type { AnalysedBatch } from './batch.ts'
import { model, sendBatch, sendJson, touchedBy, written } from './testing/batches.ts'
import { writeBatchAnswer } from './write-batch-answer.ts'

/** As @odata/client 2.21.10 asks: a GET, an insert and a delete. */
const REQUESTS = [
  { url: "Events?$filter=Name%20eq%20'x'", init: { method: 'GET', headers: { Accept: 'application/json' } } },
  {
    url: 'Events',
    init: {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'Content-Length': '3' },
      body: { Name: 'x', Bookings: [{ Seats: 1 }] },
    },
  },
  { url: 'Events(1)', init: { method: 'DELETE', headers: {} } },
] as any[]

describe('batches as real clients write them', () => {
  it('@odata/client, multipart: surplus blank lines, a Content-Length of its own, a change set for each change', async () => {
    const answer = sendBatch(formatBatchRequest(REQUESTS, 'batch-1'), 'multipart/mixed; boundary=batch-1')
    expect(touchedBy(answer)).toEqual(['1 GET Events', '2 POST Bookings', '2 POST Events', '3 DELETE Events'])
    expect(written(answer)).toContain('\n\n{"Name":"x","Bookings":[{"Seats":1}]}\n--changeset_1_fresh--')
    expect(written(answer)).not.toContain('Content-Length')
    if (!answer.ok) throw new Error(answer.problem)
    const responses = answer.parts.map((part, index) => ({
      part,
      whole: false,
      status: index === 0 ? 200 : 204,
      headers: new Map(index === 0 ? [['content-type', 'application/json']] : []),
      body: Buffer.from(index === 0 ? '{"value":[]}' : ''),
    }))
    const back = writeBatchAnswer({ format: 'multipart', responses }, 'again')
    const parsed = await parseMultiPartContent(Buffer.from(back.bytes).toString(), 'again')
    expect(parsed.map(({ status }: { status: number }) => status)).toEqual([200, 204, 204])
    expect(await parsed[0]?.text()).toContain('{"value":[]}')
  })

  it('@odata/client, JSON', () => {
    const batch = formatBatchRequestForOData401(REQUESTS)
    const answer = sendJson(JSON.stringify(batch))
    expect(touchedBy(answer)).toEqual(['0 GET Events', '1 POST Bookings', '1 POST Events', '2 DELETE Events'])
  })

  it('o.js 2.0.0: absolute addresses of the gateway, Content-ID out of change sets, two blank lines behind a body', () => {
    const part = (lines: readonly string[]) =>
      ['', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', ...lines].join('\r\n')
    const body =
      `--b${part(['Content-ID: 1', '', 'POST http://host/service/Events HTTP/1.1', 'content-type: application/json', '', '{"Name":"x"}\r\n\r\n'])}` +
      `\r\n--b${part(['Content-ID: 2', '', 'GET http://host/service/Events?%24expand=Bookings%28%24expand%3DAccount%29 HTTP/1.1', '', ''])}` +
      `\r\n--b--\r\n`
    const answer = sendBatch(body, 'multipart/mixed;boundary=b')
    expect(touchedBy(answer)).toEqual(['1 POST Events', '2 GET Accounts', '2 GET Bookings', '2 GET Events'])
    expect(written(answer)).toContain('GET Events?$expand=Bookings($expand=Account) HTTP/1.1')
    expect(written(answer)).toContain('POST Events HTTP/1.1')
  })

  const files = ['olingo/basicBatchPost.batch', 'olingo/basicBatchPostWithPreferHeader.batch']
  describe.skipIf(!files.every(hasSharedData))('batches of Apache Olingo (needs ../shared/data)', () => {
    it.each(['\n', '\r\n'])('with %j', (lineBreak) => {
      for (const file of files) {
        const text = readSharedData(file)
          .replaceAll('ESAllPrim(32767)/PropertyString', 'Events(1)/Name')
          .replaceAll('ESAllPrim(32767)', 'Events(1)')
          .replaceAll('PropertyString', 'Name')
          .replaceAll('\n', lineBreak)
        const answer = sendBatch(text, 'multipart/mixed;boundary=batch_8194-cf13-1f56')
        expect(touchedBy(answer)).toEqual([
          '1 GET Events',
          'changeRequest1 PATCH Events',
          'changeRequest1 POST Events',
          '3 GET Events',
        ])
        expect(written(answer).includes('Prefer: return=minimal')).toBe(file === files[1])
      }
    })
  })
})

describe('what is written is read as the same', () => {
  const ADDRESSES = [
    'Events',
    'Events(1)?$select=Name',
    'Bookings(1)/Account',
    "Accounts?$filter=Name%20eq%20'a%26b'",
    'Events?$expand=Bookings($top=1)',
  ]
  const LINE = '{"Name":"x","Bookings@odata.bind":["Bookings(1)"]}'

  it('random batches of both formats: parts, touches and bytes stay when written twice', () => {
    let seed = 3
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    for (let round = 0; round < 300; round += 1) {
      const first = round % 2 === 0 ? sendMultipartOf(random) : sendJsonOf(random)
      const again = analyseBatch(model, first, {
        roots: { origins: ['http://host'], mount: '/service' },
        openPageToken: () => undefined,
        boundary: 'fresh',
      })
      if (!again.ok) throw new Error(again.problem)
      expect(touchedBy(again)).toEqual(touchedBy(first))
      expect(
        again.parts.map(({ analysis, id, group }) => [analysis.method, analysis.target, id, group]),
      ).toEqual(first.parts.map(({ analysis, id, group }) => [analysis.method, analysis.target, id, group]))
      expect(written(again)).toBe(written(first))
    }
  })

  type Random = (below: number) => number

  function sendMultipartOf(random: Random): AnalysedBatch {
    const lineBreak = random(2) === 0 ? '\n' : '\r\n'
    const head = 'Content-Type: application/http\nContent-Transfer-Encoding: binary\n'
    let id = 0
    const part = (boundary: string, request: string) =>
      `--${boundary}\n${head}${random(2) === 0 ? `Content-ID: i${(id += 1)}\n` : ''}\n${request}\n`
    const change = () => `POST Events HTTP/1.1\nContent-Type: application/json\n\n${LINE}`
    const text = Array.from({ length: random(6) }, () => {
      if (random(2) === 0) return part('b', `GET ${ADDRESSES[random(5)]} HTTP/1.1\n\n`)
      const inner = Array.from({ length: 1 + random(3) }, () => part('c', change()))
      return `--b\nContent-Type: multipart/mixed; boundary=c\n\n${inner.join('')}--c--\n`
    })
    const answer = sendBatch(
      `${text.join('')}--b--`.replaceAll('\n', lineBreak),
      'multipart/mixed; boundary=b',
    )
    if (!answer.ok) throw new Error(answer.problem)
    return answer
  }

  function sendJsonOf(random: Random): AnalysedBatch {
    const requests = Array.from({ length: random(6) }, (_, index) => {
      if (random(2) === 0) return { id: `i${index}`, method: 'get', url: ADDRESSES[random(5)] }
      const group = random(2) === 0 ? {} : { atomicityGroup: `g${index}` }
      return { id: `i${index}`, method: 'POST', url: '/service/Events', ...group, body: JSON.parse(LINE) }
    })
    const answer = sendJson(requests)
    if (!answer.ok) throw new Error(answer.problem)
    return answer
  }
})
