import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '#odata/limits.ts'
import { changeSetOf, partOf, sendBatch, sendMultipart, touchedBy, written } from './testing/batches.ts'

const GET = partOf('GET Events HTTP/1.1\nAccept: application/json\n')
const END = '--b--\n'

describe('row 66: a multipart batch is understood and written anew', () => {
  it.each(['\r\n', '\n'])('with any kind of line break, as long as it is one (%j)', (lineBreak) => {
    const answer = sendMultipart(
      `${GET}${partOf('DELETE /service/Events(1)?x HTTP/1.1\n').replace('?x', '')}${END}`,
      lineBreak,
    )
    expect(touchedBy(answer)).toEqual(['1 GET Events', '2 DELETE Events'])
    expect(written(answer)).toBe(
      '--fresh\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n' +
        'GET Events HTTP/1.1\nAccept: application/json\n\n\n' +
        '--fresh\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n' +
        'DELETE Events(1) HTTP/1.1\nAccept: application/json\n\n\n--fresh--\n',
    )
    expect(answer).toMatchObject({ contentType: 'multipart/mixed; boundary=fresh', format: 'multipart' })
  })

  it('addresses absolute, from the root, relative, in any spelling, become relative and canonical', () => {
    const addresses = [
      'http://host/service/Events',
      'HTTP://Host/service/Events',
      '/service/Events',
      'Events',
      'Events?%24top=1',
      'Events/1/',
    ]
    const answer = sendMultipart(addresses.map((each) => partOf(`GET ${each}\n`)).join('') + END)
    expect(written(answer).match(/GET .*/g)).toEqual(
      ['Events', 'Events', 'Events', 'Events', 'Events?$top=1', 'Events(1)'].map(
        (each) => `GET ${each} HTTP/1.1`,
      ),
    )
  })

  it.each([
    'http://other/service/Events',
    'http://host/other/Events',
    '/other/Events',
    '//host/service/Events',
    'http://host@other/service/Events',
    '/serviceX/Events',
    '/service/../other',
    '../Events',
    '?$top=1',
  ])('an address of another service is refused: %s', (address) => {
    expect(sendMultipart(partOf(`GET ${address} HTTP/1.1\n`) + END)).toMatchObject({ ok: false, part: '1' })
  })

  it('bodies are walked along the model and go on as they are', () => {
    const body =
      '{ "Price": 12345678901234567890.10,\n "Bookings": [ { "Account@odata.bind": "Accounts(1)" } ] }'
    const request = `POST Events HTTP/1.1\nContent-Type: application/json;charset=utf-8\n\n${body}\n`
    const answer = sendMultipart(changeSetOf(partOf(request, 'Content-ID: a\n')) + END)
    expect(touchedBy(answer)).toEqual(['a GET Accounts', 'a POST Bookings', 'a POST Events'])
    expect(written(answer)).toContain(
      `Content-Type: application/json;charset=utf-8\n\n${body}\n--changeset_1_fresh--\n`,
    )
  })

  it('the touches of the parts are kept apart', () => {
    const answer = sendMultipart(`${GET}${partOf('GET Events?$expand=Account\n')}${END}`)
    expect(touchedBy(answer)).toEqual(['1 GET Events', '2 GET Accounts', '2 GET Events'])
  })

  it.each([
    ['a request in the preamble', `GET Accounts HTTP/1.1\n\n${GET}${END}`],
    ['words in the preamble', `This is a message\n${GET}${END}`],
    ['a request in the epilogue', `${GET}${END}GET Accounts HTTP/1.1\n`],
    ['a part in the epilogue', `${GET}${END}${partOf('GET Accounts HTTP/1.1\n')}`],
    ['two last boundaries', `${GET}${END}${END}`],
    ['a second request in a part', `${partOf('GET Events HTTP/1.1\n\nGET Accounts HTTP/1.1\n')}${END}`],
    ['a second request line', `${partOf('GET Events HTTP/1.1\nGET Accounts HTTP/1.1\n')}${END}`],
    [
      'a second request behind a body',
      `${partOf('POST Events HTTP/1.1\nContent-Type: application/json\n\n{}\n\nGET Accounts HTTP/1.1\n')}${END}`,
    ],
    ['a foreign boundary', `${GET.replace('--b', '--x')}${END}`],
    [
      'a foreign boundary in a part',
      `${partOf('GET Events HTTP/1.1\n\n--x\nContent-Type: application/http\n\nGET Accounts HTTP/1.1\n')}${END}`,
    ],
    ['a longer boundary', `${GET}${GET.replace('--b', '--bb')}${END}`],
    ['a boundary with a blank behind it', `${GET}${GET.replace('--b', '--b ')}${END}`],
    ['no last boundary', GET],
    ['no boundary at all', 'GET Events HTTP/1.1\n\n'],
    ['a folded header', `${partOf('GET Events HTTP/1.1\nAccept: application/json,\n text/html\n')}${END}`],
    ['a header twice', `${partOf('GET Events HTTP/1.1\nAccept: a/b\naccept: application/json\n')}${END}`],
    [
      'a header with a blank before the colon',
      `${partOf('GET Events HTTP/1.1\nAccept : application/json\n')}${END}`,
    ],
    ['a part header twice', `${partOf('GET Events\n', 'Content-Type: application/http\n')}${END}`],
    ['an unknown part header', `${partOf('GET Events\n', 'X-HTTP-Method: DELETE\n')}${END}`],
    ['another transfer encoding', `${partOf('GET Events\n').replace('binary', 'base64')}${END}`],
    ['a part of another type', `${partOf('GET Events\n').replace('application/http', 'text/plain')}${END}`],
    [
      'a response as part',
      `${partOf('GET Events\n').replace('application/http', 'application/http;msgtype=response')}${END}`,
    ],
    [
      'a change set in a change set',
      `${changeSetOf(`--b\nContent-Type: multipart/mixed; boundary=d\n\n--d\n--d--\n`)}${END}`,
    ],
    ['a change set that reads', `${changeSetOf(partOf('GET Events\n'))}${END}`],
    [
      'a change set without end',
      `--b\nContent-Type: multipart/mixed; boundary=c\n\n${GET.replace('--b', '--c')}${END}`,
    ],
    [
      'a change set with the boundary of the batch',
      `--b\nContent-Type: multipart/mixed; boundary=b\n\n${GET}${END}${END}`,
    ],
    [
      'a change set with something in front',
      `--b\nContent-Type: multipart/mixed; boundary=c\n\nGET Accounts\n--c\n${GET.slice(4)}--c--\n${END}`,
    ],
    ['a lower case method', `${partOf('get Events HTTP/1.1\n')}${END}`],
    ['another protocol', `${partOf('GET Events HTTP/2.0\n')}${END}`],
    ['a blank in the address', `${partOf('GET Events (1) HTTP/1.1\n')}${END}`],
    ['a body of a GET', `${partOf('GET Events HTTP/1.1\nContent-Type: application/json\n\n{}\n')}${END}`],
  ])('is refused: %s', (_name, text) => {
    for (const lineBreak of ['\r\n', '\n']) {
      const answer = sendMultipart(text, lineBreak)
      expect(answer.ok).toBe(false)
      expect(answer).toMatchObject({ code: 'odata_malformed' })
    }
  })

  it('two kinds of line breaks are refused, but within a body', () => {
    const text = `${GET}${GET}${END}`.replaceAll('\n', '\r\n')
    for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) {
      const mixed = `${text.slice(0, at)}${text.slice(at + 1)}`
      expect(
        sendBatch(mixed, 'multipart/mixed;boundary=b').ok,
        JSON.stringify(mixed.slice(at - 10, at + 10)),
      ).toBe(false)
    }
    const body = partOf('POST Events HTTP/1.1\nContent-Type: application/json\n\n{@}\n')
      .replaceAll('\n', '\r\n')
      .replace('@', '\n"Name":\n"x"')
    expect(sendBatch(`${body}--b--\r\n`, 'multipart/mixed;boundary=b').ok).toBe(true)
  })

  it.each([
    ['multipart/mixed'],
    ['multipart/mixed;boundary='],
    [`multipart/mixed;boundary=${'b'.repeat(71)}`],
    ['multipart/mixed;boundary="b "'],
    ['multipart/mixed;boundary=b;boundary=c'],
    ['multipart/form-data;boundary=b'],
    ['text/plain'],
    [''],
  ])('a type without a boundary, or another one: %s', (contentType) => {
    expect(touchedBy(sendBatch(`${GET}${END}`, contentType))).toBe('odata_body_type')
  })

  it('a boundary in quotes, with all that it may be made of', () => {
    const boundary = "A'()+_,-./:=? z9"
    const text = `${GET}${END}`.replaceAll('--b', `--${boundary}`)
    expect(sendBatch(text, `multipart/mixed; boundary="${boundary}"`).ok).toBe(true)
  })

  it('streams are not taken in a multipart batch: their bytes could be parts', () => {
    const request = 'PUT Events(1)/Banner HTTP/1.1\nContent-Type: image/png\n\n--x\nGET Accounts HTTP/1.1\n'
    expect(touchedBy(sendMultipart(changeSetOf(partOf(request)) + END))).toBe('odata_not_supported')
  })

  it('an empty batch is one', () => {
    expect(sendMultipart('--b--\n')).toMatchObject({ ok: true, parts: [] })
  })
})

describe('rows 68, 72, 73: what no request of a batch may be', () => {
  it.each([
    'GET $metadata',
    'GET /service/',
    'POST $batch',
    'GET $metadata#Events',
    'GET /service/$metadata?$format=json',
  ])('%s', (line) => {
    const answer = sendMultipart(`${GET}${partOf(`${line} HTTP/1.1\n`)}${END}`)
    expect(answer).toMatchObject({ ok: false, part: '2' })
  })

  it.each([
    'Authorization: Bearer x',
    'Cookie: a=b',
    'X-HTTP-Method: DELETE',
    'X-HTTP-Method-Override: DELETE',
    'X-Method-Override: DELETE',
    'X-Original-URL: /Accounts',
    'X-Rewrite-URL: /Accounts',
    'X-Forwarded-Prefix: /x',
    'Content-Encoding: gzip',
    'Transfer-Encoding: chunked',
    'OData-Isolation: snapshot',
    'Whatever: 1',
  ])('the header %s is refused', (header) => {
    const answer = sendMultipart(`${GET}${partOf(`GET Events HTTP/1.1\n${header}\n`)}${END}`)
    expect(answer).toMatchObject({ ok: false, code: 'odata_not_supported', in: 'header', part: '2' })
  })

  it("the batch's own Authorization is left out, and any other refused", () => {
    const send = (value: string) =>
      sendMultipart(partOf(`GET Events HTTP/1.1\nAuthorization: ${value}\n`) + END)
    expect(written(send('Bearer own'))).not.toMatch(/authorization/i)
    for (const other of ['Bearer Own', 'Bearer own ', 'bearer own', ''])
      expect(touchedBy(send(`${other}x`)), other).toBe('odata_not_supported')
  })

  it('methods that tunnel or that no data has', () => {
    for (const method of ['MERGE', 'OPTIONS', 'TRACE', 'HEAD', 'CONNECT']) {
      expect(touchedBy(sendMultipart(partOf(`${method} Events HTTP/1.1\n`) + END))).toBe(
        'odata_not_supported',
      )
    }
    expect(sendMultipart(partOf('POST Events?_method=DELETE HTTP/1.1\n') + END)).toMatchObject({ ok: false })
  })

  it('what says nothing is left out; what goes on is checked', () => {
    const headers =
      'Host: host\nUser-Agent: x\nContent-Length: 99\nAccept: text/html, application/json;odata.metadata=full, */*\nPrefer: return=minimal, respond-async, callback;url="http://evil"\nOData-Version: 4.0\nIf-Match: W/"1"\n'
    const answer = sendMultipart(partOf(`DELETE Events(1) HTTP/1.1\n${headers}`) + END)
    expect(written(answer)).toContain(
      'DELETE Events(1) HTTP/1.1\nOData-Version: 4.0\nAccept: application/json;odata.metadata=full\nIf-Match: W/"1"\nPrefer: return=minimal\n\n',
    )
    expect(touchedBy(sendMultipart(partOf('GET Events HTTP/1.1\nOData-Version: 2.0\n') + END))).toBe(
      'odata_not_supported',
    )
    expect(
      touchedBy(sendMultipart(partOf('GET Events HTTP/1.1\nPrefer: odata.track-changes\n') + END)),
    ).toEqual(['1 ?', '1 GET Events'])
  })

  it.each(['x', '*, *', '"a'])('If-Match: %s is no condition to rely on', (condition) => {
    const patch = partOf(`PATCH Events(1)\nContent-Type: application/json\nIf-Match: ${condition}\n\n{}\n`)
    expect(touchedBy(sendMultipart(patch + END))).toEqual(['1 PATCH Events', '1 POST Events'])
  })

  it('If-Match decides whether an update may insert', () => {
    const patch = 'PATCH Events(1) HTTP/1.1\nContent-Type: application/json\n'
    expect(touchedBy(sendMultipart(partOf(`${patch}\n{}\n`) + END))).toEqual([
      '1 PATCH Events',
      '1 POST Events',
    ])
    expect(touchedBy(sendMultipart(partOf(`${patch}If-Match: *\n\n{}\n`) + END))).toEqual(['1 PATCH Events'])
  })
})

describe('row 79: limits', () => {
  it('a hundred requests are read, the next one is refused, and nothing behind it is looked at', () => {
    expect(sendMultipart(GET.repeat(LIMITS.batchParts) + END)).toMatchObject({ ok: true })
    const answer = sendMultipart(`${GET.repeat(LIMITS.batchParts + 1)}${partOf('not a request').repeat(899)}`)
    expect(answer).toMatchObject({
      ok: false,
      code: 'odata_limit',
      part: '101',
      limit: { name: 'batchParts', value: 100 },
    })
    const changes = changeSetOf(...Array.from({ length: 1000 }, () => partOf('DELETE Events(1)\n')))
    expect(sendMultipart(changes + END)).toMatchObject({ code: 'odata_limit', part: '101' })
  })

  it('a hundred megabytes are refused by their size alone', () => {
    expect(sendBatch(Buffer.alloc(100_000_000), 'multipart/mixed;boundary=b')).toMatchObject({
      code: 'odata_limit',
      limit: { name: 'batchBytes', value: LIMITS.batchBytes },
    })
  })

  it('many lines that almost are boundaries are read in one go', () => {
    const lines = '-'.repeat(60) + '\n'
    const answer = sendBatch(
      `${GET}${lines.repeat(100_000)}`.replaceAll('\n', '\r\n').slice(0, LIMITS.batchBytes),
      'multipart/mixed;boundary=b',
    )
    expect(answer).toMatchObject({ ok: false, code: 'odata_malformed' })
  })
})

describe('lines that take long to read', () => {
  // Each of these once took hours, quadratic in the run of blanks.
  const BLANKS = ' '.repeat(4 * 1024 * 1024)

  it.each(['Prefer', 'Accept', 'If-Match'])('%s: a header of megabytes is refused', (name) => {
    const answer = sendMultipart(partOf(`GET Events\n${name}: a=${BLANKS}x y\n`) + END)
    expect(answer).toMatchObject({ ok: false, code: 'odata_malformed', problem: 'a line that is too long' })
    const headers = { [name]: `a=${BLANKS}x y` }
    const json = JSON.stringify({ requests: [{ id: 'a', method: 'GET', url: 'Events', headers }] })
    expect(sendBatch(json, 'application/json')).toMatchObject({ ok: false, code: 'odata_malformed' })
  })

  it('a request line is no longer than an address may be', () => {
    const answer = sendMultipart(partOf(`GET Events?${'a'.repeat(10_000)} HTTP/1.1\n`) + END)
    expect(answer).toMatchObject({ ok: false, problem: 'a line that is too long' })
  })
})
