import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { AnalysedBatch } from './batch.ts'
import type { BatchAnswer } from './batch-answer.ts'
import { readBatchAnswer } from './read-batch-answer.ts'
import { changeSetOf, partOf, sendJson, sendMultipart } from './testing/batches.ts'
import { writeBatchAnswer } from './write-batch-answer.ts'

const POST = 'POST Events\nContent-Type: application/json\n\n{}\n'
const multipart = analysed(
  sendMultipart(
    `${partOf('GET Events\n')}${changeSetOf(partOf(POST, 'Content-ID: 1\n'), partOf(POST, 'Content-ID: 2\n'))}${partOf('GET Accounts\n', 'Content-ID: x\n')}--b--\n`,
  ),
)
const json = analysed(
  sendJson([
    { id: 'a', method: 'GET', url: 'Events' },
    { id: 'p', method: 'POST', url: 'Events', atomicityGroup: 'g', body: {} },
    { id: 'q', method: 'POST', url: 'Events', atomicityGroup: 'g', body: {} },
  ]),
)

function analysed(answer: ReturnType<typeof sendJson>): AnalysedBatch {
  if (!answer.ok) throw new Error(answer.problem)
  return answer
}

/** A response as a part, with boundary `r`. */
function response(
  status: string,
  { id, body = '', boundary = 'r' }: { id?: string; body?: string; boundary?: string } = {},
): string {
  const head = `--${boundary}\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n${id === undefined ? '' : `Content-ID: ${id}\n`}\n`
  return `${head}HTTP/1.1 ${status}\nContent-Type: application/json\n\n${body}\n`
}

function changeSet(...responses: readonly string[]): string {
  return `--r\nContent-Type: multipart/mixed; boundary=s\n\n${responses.join('')}--s--\n`
}

function read(
  text: string,
  batch = multipart,
  contentType = batch.format === 'json' ? 'application/json' : 'multipart/mixed; boundary=r',
) {
  const bytes = Buffer.from(batch.format === 'json' ? text : text.replaceAll('\n', '\r\n'))
  return readBatchAnswer(batch, { bytes, contentType })
}

/** `1:200 body`, by the number of the request. */
function told(answer: BatchAnswer | { ok: false }): readonly string[] | string {
  if (!answer.ok) return 'not understood'
  return answer.responses.map(({ part, whole, status, body }) =>
    `${part.number}${whole ? '+' : ''}:${status} ${Buffer.from(body).toString()}`.trim(),
  )
}

const one = { boundary: 's', id: '1', body: '{"one":1}' }
const two = { boundary: 's', id: '2', body: '{"two":2}' }

describe('the answer to a multipart batch', () => {
  it('every response finds its request, in a change set by Content-ID', () => {
    const text = `${response('200 OK', { body: '{}' })}${changeSet(response('201 Created', two), response('201', one))}${response('404 Not Found', { id: 'x', body: '{"error":{}}' })}--r--\n`
    expect(told(read(text))).toEqual(['1:200 {}', '2:201 {"one":1}', '3:201 {"two":2}', '4:404 {"error":{}}'])
  })

  it('fewer responses than requests: the service has stopped at an error', () => {
    expect(told(read(`${response('500 Error')}--r--\n`))).toEqual(['1:500'])
    expect(told(read('--r--\n'))).toEqual([])
  })

  it('one response for a change set that has failed', () => {
    expect(
      told(
        read(
          `${response('200 OK')}${response('400 Bad Request', { body: '{}' })}${response('200 OK')}--r--\n`,
        ),
      ),
    ).toEqual(['1:200', '2+:400 {}', '4:200'])
    expect(told(read(`${response('200 OK')}${response('200 OK')}--r--\n`))).toBe('not understood')
  })

  it.each([
    ['more responses than requests', `${response('200 OK').repeat(2)}${response('200 OK').repeat(3)}--r--\n`],
    ['something in front', `x\n${response('200 OK')}--r--\n`],
    ['something behind', `${response('200 OK')}--r--\nx\n`],
    ['no end', response('200 OK')],
    ['no status line', `${response('200 OK').replace('HTTP/1.1 200 OK', 'GET Events HTTP/1.1')}--r--\n`],
    ['a change set where none was asked for', `${changeSet(response('200 OK', one))}--r--\n`],
    ['a change set of another number', `${response('200 OK')}${changeSet(response('201', one))}--r--\n`],
    [
      'ids of other requests',
      `${response('200 OK')}${changeSet(response('201', { ...one, id: '7' }), response('201', two))}--r--\n`,
    ],
    [
      'an id of another request',
      `${response('200 OK')}${response('400 Bad')}${response('200 OK', { id: 'y' })}--r--\n`,
    ],
    [
      'a header twice',
      `${response('200 OK').replace('Content-Type: application/json', 'ETag: 1\nETag: 2')}--r--\n`,
    ],
  ])('is not understood: %s', (_name, text) => {
    expect(told(read(text))).toBe('not understood')
  })

  it('of another type it is not understood', () => {
    expect(told(read(`${response('200 OK')}--r--\n`, multipart, 'application/json'))).toBe('not understood')
    expect(told(read(`${response('200 OK')}--r--\n`, multipart, 'multipart/mixed'))).toBe('not understood')
  })

  it('a body has the length that it says where blank lines alone follow', () => {
    const text = response('200 OK', { body: '{}\n\n' }).replace('\n\n{}', '\nContent-Length: 2\n\n{}')
    expect(told(read(`${text}--r--\n`))).toEqual(['1:200 {}'])
  })

  it('is written anew with what the responses have by now, and read as the same', () => {
    const text = `${response('200 OK', { body: '{"old":1}' })}${changeSet(response('201', one), response('204', { ...two, body: '' }))}--r--\n`
    const answer = read(text)
    if (!answer.ok) throw new Error(answer.problem)
    const responses = answer.responses.map((each, index) =>
      index === 0 ? { ...each, body: Buffer.from('{"new":22}') } : each,
    )
    const back = writeBatchAnswer({ format: 'multipart', responses }, 'fresh')
    expect(back.contentType).toBe('multipart/mixed; boundary=fresh')
    const again = readBatchAnswer(multipart, back)
    expect(told(again)).toEqual(['1:200 {"new":22}', '2:201 {"one":1}', '3:204'])
    const lines = Buffer.from(back.bytes).toString().split('\r\n')
    expect(lines).toContain('Content-Length: 10')
    expect(lines).toContain('Content-Type: multipart/mixed; boundary=changesetresponse_1_fresh')
  })

  it('a failed change set is written as the one response that it was', () => {
    const answer = read(`${response('200 OK')}${response('409 Conflict', { body: '{}' })}--r--\n`)
    if (!answer.ok) throw new Error(answer.problem)
    expect(told(readBatchAnswer(multipart, writeBatchAnswer(answer, 'fresh')))).toEqual([
      '1:200',
      '2+:409 {}',
    ])
  })
})

describe('the answer to a JSON batch', () => {
  const responses = (...list: readonly object[]) => JSON.stringify({ responses: list })

  it('every response finds its request by its id; bodies are slices', () => {
    const text = `{"responses":[{"id":"p","status":201,"headers":{"OData-Version":"4.01"},"body":{ "n" : 1.0 }},{"id":"a","status":200,"body":null}]}`
    const answer = read(text, json)
    expect(told(answer)).toEqual(['2:201 { "n" : 1.0 }', '1:200'])
    if (!answer.ok) throw new Error('Not understood')
    expect(answer.responses[0]?.headers.get('odata-version')).toBe('4.01')
    const back = writeBatchAnswer(answer, 'unused')
    expect(back.contentType).toBe('application/json')
    expect(told(readBatchAnswer(json, back))).toEqual(told(answer))
  })

  it('one response for a group that has failed', () => {
    const answer = read(responses({ id: 'g', status: 400, body: {} }), json)
    expect(told(answer)).toEqual(['2+:400 {}'])
    if (!answer.ok) throw new Error('Not understood')
    expect(JSON.parse(Buffer.from(writeBatchAnswer(answer, 'unused').bytes).toString())).toEqual({
      responses: [{ id: 'g', atomicityGroup: 'g', status: 400, headers: {}, body: {} }],
    })
  })

  it.each([
    ['two responses to one request', responses({ id: 'a', status: 200 }, { id: 'a', status: 200 })],
    ['an unknown id', responses({ id: 'z', status: 200 })],
    ['no id', responses({ status: 200 })],
    ['no status', responses({ id: 'a' })],
    ['a status as text', responses({ id: 'a', status: '200' })],
    ['a status of two digits', responses({ id: 'a', status: 20 })],
    ['an unknown member', responses({ id: 'a', status: 200, value: {} })],
    ['a group that has not failed', responses({ id: 'g', status: 200 })],
    ['a duplicate', '{"responses":[{"id":"a","status":200,"body":1,"body":2}]}'],
    ['an unknown member of the whole', '{"responses":[],"value":[]}'],
    ['no list', '{"responses":{}}'],
    ['a list', '[]'],
    ['no JSON', 'x'],
  ])('is not understood: %s', (_name, text) => {
    expect(told(read(text, json))).toBe('not understood')
  })
})
