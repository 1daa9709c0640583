import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWireScene, type WireScene } from '../support/wire-scene.ts'
import { expectRefusal, statusAndCode } from '../support/wire-talk.ts'

// RFC 9112, what a server must not accept, each test named by the section. Where a server may be lax, the gateway is not.

let scene: WireScene
beforeAll(async () => {
  scene = await startWireScene()
})
afterAll(() => scene.stop())

const GET = 'GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'
const POST = 'POST {post} HTTP/1.1\r\nHost: door\r\n{auth}\r\n'
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`
const MALFORMED = '400 request_malformed'
const AMBIGUOUS = '400 header_ambiguous'
const CODING = '501 transfer_coding_not_supported'
const TARGET = '400 target_malformed'
const VERSION = '505 http_version_not_supported'

type Refused = readonly [section: string, what: string, bytes: string, ...answers: readonly string[]]

const REFUSED: readonly Refused[] = [
  ['2.2', 'lines that only LF ends', `${GET.replaceAll('\r\n', '\n')}\n`, MALFORMED],
  ['2.2', 'a header line that only LF ends', `${GET}X-A: b\n\r\n`, MALFORMED],
  ['2.2', 'a bare CR in a value', `${GET}X-A: b\rc\r\n\r\n`, MALFORMED],
  ['2.2', 'a bare CR in a name', `${GET}X-\rA: b\r\n\r\n`, MALFORMED],
  ['2.2', 'a bare CR in the request line', GET.replace(' HTTP', '\rHTTP') + '\r\n', MALFORMED, TARGET],
  ['2.2', 'CR CR LF at the end of a line', `${GET}X-A: b\r\r\n\r\n`, MALFORMED],
  [
    '2.2',
    'whitespace between request line and headers',
    GET.replace('\r\n', '\r\n X-A: b\r\n') + '\r\n',
    MALFORMED,
  ],
  ['2.2', 'a tab there', GET.replace('\r\n', '\r\n\tX-A: b\r\n') + '\r\n', MALFORMED],
  ['2.2', 'an octet outside of US-ASCII in a name', `${GET}X-\xe9: b\r\n\r\n`, MALFORMED],
  ['2.3', 'http in lower case', GET.replace('HTTP', 'http') + '\r\n', MALFORMED],
  ['2.3', 'two digits', GET.replace('1.1', '1.10') + '\r\n', MALFORMED],
  ['2.3', 'no minor version', GET.replace('1.1', '1') + '\r\n', MALFORMED, VERSION],
  ['2.3', 'HTTP/2.0 in words', GET.replace('1.1', '2.0') + '\r\n', VERSION],
  ['2.3', 'HTTP/1.2, which nobody has defined', GET.replace('1.1', '1.2') + '\r\n', VERSION],
  ['2.3', 'HTTP/0.9 in words', GET.replace('1.1', '0.9') + '\r\n', VERSION],
  ['2.3', 'the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', VERSION, MALFORMED],
  ['3', 'two spaces before the target', GET.replace('GET ', 'GET  ') + '\r\n', MALFORMED],
  ['3', 'two spaces after it', GET.replace(' HTTP', '  HTTP') + '\r\n', MALFORMED],
  ['3', 'a tab for a space', GET.replace('GET ', 'GET\t') + '\r\n', MALFORMED],
  ['3', 'a space at the end of the line', GET.replace('1.1\r\n', '1.1 \r\n') + '\r\n', MALFORMED],
  ['3', 'a space before the method', ` ${GET}\r\n`, MALFORMED],
  ['3', 'a space inside of the target', GET.replace('{get}', '{get}?a b') + '\r\n', MALFORMED],
  ['3', 'a request line without a version', 'GET {get}\r\nHost: door\r\n{auth}\r\n\r\n', MALFORMED],
  ['3.1', 'a method that is no token', GET.replace('GET', 'G(T') + '\r\n', MALFORMED],
  ['3.2', 'no Host', 'GET {get} HTTP/1.1\r\n{auth}\r\n\r\n', MALFORMED],
  ['3.2', 'two of them', `${GET}Host: door\r\n\r\n`, AMBIGUOUS, MALFORMED],
  ['3.2', 'two different ones', `${GET}Host: other\r\n\r\n`, AMBIGUOUS, MALFORMED],
  ['3.2', 'a list of them', GET.replace(': door', ': door, other') + '\r\n', MALFORMED],
  ['3.2', 'a Host with a path', GET.replace(': door', ': door/x') + '\r\n', MALFORMED],
  ['3.2', 'a Host with user information', GET.replace(': door', ': a@door') + '\r\n', MALFORMED],
  ['3.2', 'a Host with a space', GET.replace(': door', ': a door') + '\r\n', MALFORMED],
  [
    '3.2.1',
    'a target that does not begin with a slash',
    GET.replace('{get}', 'x{get}') + '\r\n',
    TARGET,
    MALFORMED,
  ],
  ['3.2.1', 'a fragment', GET.replace('{get}', '{get}#a') + '\r\n', TARGET, MALFORMED],
  [
    '3.2.2',
    'an absolute target of another host',
    GET.replace('{get}', 'http://evil{get}') + '\r\n',
    TARGET,
    MALFORMED,
    AMBIGUOUS,
  ],
  [
    '3.2.2',
    'one of another port',
    GET.replace('{get}', 'http://door:81{get}') + '\r\n',
    TARGET,
    MALFORMED,
    AMBIGUOUS,
  ],
  [
    '3.2.2',
    'one with user information',
    GET.replace('{get}', 'http://a@door{get}') + '\r\n',
    TARGET,
    MALFORMED,
    AMBIGUOUS,
  ],
  [
    '3.2.2',
    'one of another scheme',
    GET.replace('{get}', 'ftp://door{get}') + '\r\n',
    TARGET,
    MALFORMED,
    AMBIGUOUS,
  ],
  [
    '3.2.2',
    'one that begins with two slashes',
    GET.replace('{get}', '//door{get}') + '\r\n',
    TARGET,
    MALFORMED,
  ],
  ['3.2.3', 'an authority, but for CONNECT', GET.replace('{get}', 'door:80') + '\r\n', TARGET, MALFORMED],
  [
    '3.2.3',
    'CONNECT',
    'CONNECT door:80 HTTP/1.1\r\nHost: door:80\r\n{auth}\r\n\r\n',
    '405 method_not_supported',
    TARGET,
    MALFORMED,
  ],
  ['3.2.4', 'an asterisk, but for OPTIONS', GET.replace('{get}', '*') + '\r\n', TARGET, MALFORMED],
  ['5.1', 'a space before the colon', `${GET}X-A : b\r\n\r\n`, MALFORMED],
  ['5.1', 'a tab there', `${GET}X-A\t: b\r\n\r\n`, MALFORMED],
  ['5.1', 'a line without a colon', `${GET}X-A\r\n\r\n`, MALFORMED],
  ['5.1', 'a name that is empty', `${GET}: b\r\n\r\n`, MALFORMED],
  ['5.1', 'a space inside of a name', `${GET}X A: b\r\n\r\n`, MALFORMED],
  ['5.1', 'a NUL in a value', `${GET}X-A: b\0c\r\n\r\n`, MALFORMED],
  ['5.1', 'a control character in a value', `${GET}X-A: b\x1fc\r\n\r\n`, MALFORMED],
  ['5.1', 'DEL in a value', `${GET}X-A: b\x7fc\r\n\r\n`, MALFORMED],
  ['5.2', 'a folded line', `${GET}X-A: b\r\n c\r\n\r\n`, MALFORMED],
  ['5.2', 'one that is folded with a tab', `${GET}X-A: b\r\n\tc\r\n\r\n`, MALFORMED],
  ['5.2', 'a folded length', `${POST}Content-Length:\r\n 3\r\n\r\nabc`, MALFORMED],
  [
    '6.1',
    'both framings',
    `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    AMBIGUOUS,
  ],
  [
    '6.1',
    'both, the other way round',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    AMBIGUOUS,
  ],
  ['6.1', 'chunks in HTTP/1.0', `${CHUNKED.replace('1.1', '1.0')}0\r\n\r\n`, AMBIGUOUS],
  ['6.1', 'a coding that nobody knows', `${CHUNKED.replace('chunked', 'xyz, chunked')}0\r\n\r\n`, CODING],
  ['6.1', 'gzip and chunked', `${CHUNKED.replace('chunked', 'gzip, chunked')}0\r\n\r\n`, CODING],
  [
    '6.1',
    'chunked twice',
    `${CHUNKED.replace('chunked', 'chunked, chunked')}0\r\n\r\n`,
    MALFORMED,
    AMBIGUOUS,
  ],
  [
    '6.1',
    'the header twice',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    AMBIGUOUS,
    MALFORMED,
  ],
  ['6.1', 'identity', `${CHUNKED.replace('chunked', 'identity')}0\r\n\r\n`, MALFORMED, CODING],
  [
    '6.1',
    'chunked with a parameter',
    `${CHUNKED.replace('chunked', 'chunked;a=b')}0\r\n\r\n`,
    MALFORMED,
    CODING,
  ],
  ['6.1', 'chunked in quotes', `${CHUNKED.replace('chunked', '"chunked"')}0\r\n\r\n`, MALFORMED, CODING],
  ['6.1', 'chunked and a comma', `${CHUNKED.replace('chunked', 'chunked,')}0\r\n\r\n`, MALFORMED, CODING],
  ['6.1', 'an empty coding', `${CHUNKED.replace('chunked', '')}0\r\n\r\n`, MALFORMED, CODING],
  [
    '6.3',
    'a coding that does not end in chunked',
    `${CHUNKED.replace('chunked', 'chunked, gzip')}0\r\n\r\n`,
    MALFORMED,
    CODING,
  ],
  ['6.3', 'gzip alone', `${CHUNKED.replace('chunked', 'gzip')}0\r\n\r\n`, MALFORMED, CODING],
  ...[
    '-1',
    '+3',
    '3 3',
    '3,3',
    '3, 3',
    '0x3',
    '3.0',
    '1e1',
    '',
    'abc',
    '3;a',
    '99999999999999999999',
    '\u00b3',
  ].map(
    (length): Refused => [
      '6.3',
      `a length of "${length}"`,
      `${POST}Content-Length: ${length}\r\n\r\nabc`,
      MALFORMED,
      AMBIGUOUS,
    ],
  ),
  [
    '6.3',
    'two equal lengths',
    `${POST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
    AMBIGUOUS,
    MALFORMED,
  ],
  [
    '6.3',
    'two different lengths',
    `${POST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    AMBIGUOUS,
    MALFORMED,
  ],
  ...[
    '+3',
    '-3',
    ' 3',
    '3 ',
    '3\t',
    '0x3',
    '3g',
    '',
    ';a',
    '\u00b3',
    '_3',
    '3,',
    '3.0',
    'fffffffffffffffff',
    '10000000000000003',
    '3;a=\0',
    '3;a\x7f',
  ].map(
    (size): Refused => [
      '7.1',
      `a chunk size of ${JSON.stringify(size)}`,
      `${CHUNKED}${size}\r\nabc\r\n0\r\n\r\n`,
      MALFORMED,
    ],
  ),
  // What JavaScript takes for whitespace, HTTP does not.
  ...['\xa0chunked', 'chunked\xa0', '\x85chunked', '\xa0 chunked'].map(
    (coding): Refused => [
      '6.1',
      `a coding of ${JSON.stringify(coding)}`,
      `${CHUNKED.replace(' chunked', coding)}0\r\n\r\n`,
      MALFORMED,
      CODING,
    ],
  ),
  ...[';', ';;', ';=b', ';a=', ';a b', ';a=b c', ';a="b', ';a="b"c', ';\xe9', ';a=\xe9', ';a/b', ';"a"'].map(
    (extension): Refused => [
      '7.1.1',
      `a chunk extension of ${JSON.stringify(extension)}`,
      `${CHUNKED}3${extension}\r\nabc\r\n0\r\n\r\n`,
      MALFORMED,
    ],
  ),
  ...['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Content-Length: 3'].map(
    (line): Refused => ['7.1.2', `a trailer of "${line}"`, `${CHUNKED}0\r\n${line}\r\n\r\n`, MALFORMED],
  ),
  ['7.1', 'a chunk that is longer than its size', `${CHUNKED}3\r\nabcd\r\n0\r\n\r\n`, MALFORMED],
  ['7.1', 'a chunk that is shorter', `${CHUNKED}4\r\nabc\r\n0\r\n\r\n`, MALFORMED],
  ['7.1', 'a chunk size that only LF ends', `${CHUNKED}3\nabc\r\n0\r\n\r\n`, MALFORMED],
  ['7.1', 'a chunk size that only CR ends', `${CHUNKED}3\rabc\r\n0\r\n\r\n`, MALFORMED],
  ['7.1', 'a chunk that only LF ends', `${CHUNKED}3\r\nabc\n0\r\n\r\n`, MALFORMED],
  ['7.1.1', 'an LF inside of a chunk extension', `${CHUNKED}3;a\nb\r\nabc\r\n0\r\n\r\n`, MALFORMED],
  ['7.1.1', 'extensions without end', `${CHUNKED}3;${'a'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`, MALFORMED],
  ['7.1.2', 'a trailer that is no header line', `${CHUNKED}0\r\nX A: b\r\n\r\n`, MALFORMED],
  ['7.1.2', 'a folded trailer', `${CHUNKED}0\r\nX-A: b\r\n c\r\n\r\n`, MALFORMED],
  [
    '7.1.2',
    'trailers without end',
    `${CHUNKED}0\r\n${'X-A: b\r\n'.repeat(5_000)}\r\n`,
    MALFORMED,
    '431 head_too_large',
  ],
]

describe('is refused, the connection ends, and nothing reaches the upstream:', () => {
  it.each(REFUSED)('%s: %s', async (_, __, bytes, ...answers) => {
    expect(answers).toContain(statusAndCode(await expectRefusal(scene, bytes)))
  })
})
