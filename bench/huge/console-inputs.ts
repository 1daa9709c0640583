import { PLAIN } from '#test/support/plain-config.ts'
import { deepJson, endpointList, gzipBomb, letters, unclosedJson, whole } from './bodies.ts'
import type { Input } from './gateway-inputs.ts'
import type { HugeRequest } from './send-input.ts'

const MB = 1_000_000
/** So much is read of a body. */
const BYTES_MAX = 1024 * 1024

type Of = { readonly token: string; readonly credentialId: string }

/** What can be sent to the console's API by somebody who may use it, and by nobody. */
export function consoleInputs({ token, credentialId }: Of): readonly Input[] {
  const auth = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`
  const head = (line: string, length: number, lines = ''): string =>
    `${line} HTTP/1.1\r\n${auth}${lines}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
  const add = (text: string | Uint8Array, lines = ''): HugeRequest => {
    const { length, body } = whole(text)
    return { head: head(`POST ${PLAIN}/credentials`, length, lines), body }
  }
  const list = (count: number): HugeRequest => {
    const { length, body } = whole(endpointList(count))
    const line = `PUT ${PLAIN}/credentials/${credentialId}/allowed-endpoints`
    return { head: head(line, length, 'If-Match: *\r\n'), body }
  }
  const titled = (title: string): string => `{"title":"${title}","authenticationMethod":"api_token"}`
  const mailed = (email: string): string =>
    `{"title":"A","authenticationMethod":"oauth","password":"of enough length, yes","email":"${email}"}`
  const inputs: readonly (readonly [string, HugeRequest])[] = [
    [
      '100,000 headers',
      { head: `GET ${PLAIN}/credentials HTTP/1.1\r\n${auth}${'X-A: b\r\n'.repeat(100_000)}\r\n` },
    ],
    [
      'a header of 1 MB',
      { head: `GET ${PLAIN}/credentials HTTP/1.1\r\n${auth}X-A: ${'b'.repeat(MB)}\r\n\r\n` },
    ],
    [
      'a body of 100 MB',
      { head: head(`POST ${PLAIN}/credentials`, 100 * MB), body: () => letters(100 * MB) },
    ],
    [
      'a body of 100 MB, of nobody',
      {
        head: `POST ${PLAIN}/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${100 * MB}\r\n\r\n`,
        body: () => letters(100 * MB),
      },
    ],
    ['JSON, 1,000,000 deep', add(deepJson(MB))],
    ['JSON, 500,000 deep', add(deepJson(500_000))],
    ['JSON, 1,000,000 deep and not closed', add(unclosedJson(MB))],
    ['a gzip bomb of 100 MB', add(gzipBomb(), 'Content-Encoding: gzip\r\n')],
    ['1,000,000 endpoints in one allow-list', list(MB)],
    ['260,000 endpoints in one allow-list', list(260_000)],
    ['10,000 unknown endpoints in one allow-list', list(10_000)],
    ['a title of 1 MB', add(titled('x'.repeat(BYTES_MAX - 100)))],
    ['a title of 1 MB of blanks', add(titled(`x${' '.repeat(BYTES_MAX - 200)}x`))],
    ['an e-mail address of 1 MB of dots', add(mailed(`a@${'a.'.repeat(BYTES_MAX / 2 - 200)}`))],
    ['an e-mail address of 1 MB of @', add(mailed('@'.repeat(BYTES_MAX - 200)))],
    [
      '1 MB of members that nobody knows',
      add(`{${Array.from({ length: 80_000 }, (_, at) => `"m${at}":1`).join(',')}}`),
    ],
  ]
  return inputs.map(([name, request]) => ({ name: `console: ${name}`, to: 'console', request }))
}
