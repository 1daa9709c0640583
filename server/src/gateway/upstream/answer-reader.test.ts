import { describe, expect, it } from 'vitest'
import { toFieldLines } from '#gateway/wire/field-section.ts'
import type { FieldLines } from '#gateway/wire/head.ts'
import { createAnswerReader } from './answer-reader.ts'

type Read = { words: string[]; state: string; left: number; trailers: FieldLines; problem: string }

/** What the sink hears of these pieces, and how the reader ends. */
function readPieces(pieces: readonly string[], method = 'GET'): Read {
  const words: string[] = []
  const reader = createAnswerReader()
  reader.begin(method, {
    onInterim: (status) => words.push(`interim ${status}`),
    onHead: ({ status }) => words.push(`head ${status}`),
    onData: (bytes, start, end) => words.push(bytes.toString('latin1', start, end)) > 0,
    onEnd: () => words.push('end'),
    onError: () => words.push('error'),
  })
  // As the sockets do: one buffer, in which older bytes still stand.
  const buffer = Buffer.alloc(65_536, 'HTTP/1.1 299 stale\r\n\r\n')
  let left = 0
  for (const piece of pieces) {
    const length = buffer.write(piece, 'latin1')
    if (reader.state() === 'whole' || reader.state() === 'bad') left += length
    else left += length - reader.read(buffer, 0, length)
  }
  return {
    words,
    state: reader.state(),
    left,
    trailers: toFieldLines(reader.trailers()),
    problem: reader.problem(),
  }
}

function joined(words: readonly string[]): string {
  const isContent = (word: string) => !/^(?:interim|head) /.test(word)
  return [...words.filter((word) => !isContent(word)), words.filter(isContent).join('')].join('|')
}

const ANSWERS: readonly [name: string, bytes: string, heard: string, method?: string][] = [
  ['a length', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', 'head 200|hello'],
  ['a length of nothing', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 'head 200|'],
  [
    'chunks, an extension and trailers',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nx-sum: 7\r\n\r\n',
    'head 200|hello',
  ],
  ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 'head 200|', 'HEAD'],
  ['HEAD of chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 'head 200|', 'HEAD'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'head 204|'],
  ['304 with a length', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', 'head 304|'],
  [
    'interim answers before it',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    'interim 103|head 200|ok',
  ],
]

describe('an answer is read the same however its bytes come', () => {
  it.each(ANSWERS)('%s', (_name, bytes, heard, method) => {
    const splits = [[bytes], bytes.split('')]
    for (let at = 1; at < bytes.length; at += 1) splits.push([bytes.slice(0, at), bytes.slice(at)])
    for (const pieces of splits) {
      const read = readPieces(pieces, method)
      expect({ ...read, words: joined(read.words) }).toMatchObject({ words: heard, state: 'whole', left: 0 })
    }
    expect(splits.length).toBeGreaterThan(bytes.length)
  })

  it('with the trailers it had', () => {
    const bytes = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-sum: 7\r\n\r\n'
    expect(readPieces(bytes.split('')).trailers).toEqual(['x-sum', '7'])
    expect(readPieces([bytes]).trailers).toEqual(['x-sum', '7'])
  })

  it('which goes on to the end of the connection where nothing else ends it', () => {
    const read = readPieces(['HTTP/1.1 200 OK\r\n\r\nsome', 'more'])
    expect(read).toMatchObject({ words: ['head 200', 'some', 'more'], state: 'body' })
  })
})

describe('what comes after its end is not read', () => {
  it.each(ANSWERS)('%s', (_name, bytes, heard, method) => {
    const second = 'HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops'
    const read = readPieces([bytes + second], method)
    expect({ ...read, words: joined(read.words) }).toMatchObject({
      words: heard,
      state: 'whole',
      left: second.length,
    })
  })
})

const INTERIM = 'HTTP/1.1 103 Early Hints\r\n\r\n'
const BAD: readonly [name: string, pieces: readonly string[], words: number][] = [
  ['another language', ['SSH-2.0-OpenSSH_9.9\r\n'], 0],
  [
    'a change of the protocol',
    ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
    0,
  ],
  ['a ninth interim answer', [`${INTERIM.repeat(9)}HTTP/1.1 200 OK\r\n\r\n`], 8],
  ['an endless head in one piece', [`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}`], 0],
  [
    'an endless head in pieces',
    ['HTTP/1.1 200 OK\r\nx: ', ...Array.from({ length: 20 }, () => 'a'.repeat(1_000))],
    0,
  ],
  ['two lengths', ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'], 0],
  ['a length and chunks', ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\na'], 0],
  ['a chunk size that is none', ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 'zz\r\n'], 1],
  [
    'an endless chunk extension',
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1', `;${'x'.repeat(20_000)}`],
    1,
  ],
]

describe('an answer that cannot be understood', () => {
  it.each(BAD)('%s', (_name, pieces, words) => {
    const read = readPieces(pieces)
    expect(read.state).toBe('bad')
    expect(read.problem).not.toBe('')
    expect(read.words).toHaveLength(words)
  })
})

it('a sink that stopped hears nothing, even of bytes that were read together', () => {
  const heard: string[] = []
  const reader = createAnswerReader()
  reader.begin('GET', {
    onInterim: () => undefined,
    onHead: () => reader.stop(),
    onData: () => heard.push('data') > 0,
    onEnd: () => heard.push('end'),
    onError: () => heard.push('error'),
  })
  const bytes = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello')
  reader.read(bytes, 0, bytes.length)
  expect(heard).toEqual([])
})
