import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Duplex, type Readable, type Writable } from 'node:stream'
import { H11, PYTHON, provideDebian } from './debian.ts'

/** A request as a program has read it. */
export type Reading = {
  readonly method: string
  readonly target: string
  /** Names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Of the content, in octets. */
  readonly length: number
  /** The content's MD5, hexadecimal. */
  readonly digest: string
}

/** @param content latin1 where it is a string */
export function digestOf(content: Uint8Array | string): string {
  return hash('md5', typeof content === 'string' ? Buffer.from(content, 'latin1') : content)
}

/** How others read the bytes of exactly one request; null where they refuse it, want more, or are done before its end. */
export type OtherReader = {
  readonly read: (bytes: Uint8Array) => Promise<Reading | null>
  readonly close: () => void
}

/** Node's own llhttp, through `http`: connections without sockets are put into a server, as its documentation allows. */
export function nodeReader(): OtherReader {
  const waiting = new WeakMap<object, (reading: Reading) => void>()
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const content: Buffer[] = []
    request.on('data', (chunk: Buffer) => content.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request
      const fields = rawHeaders
        .filter((_, at) => at % 2 === 0)
        .map((name, at) => [name.toLowerCase(), rawHeaders[at * 2 + 1] ?? ''] as const)
      const whole = Buffer.concat(content)
      const reading = { method, target: url, fields, length: whole.length, digest: digestOf(whole) }
      waiting.get(request.socket)?.(reading)
      response.end()
    })
  }
  const server = createServer({ insecureHTTPParser: false, maxHeaderSize: 65_536 })
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, handle)
  const failures = new WeakMap<object, () => void>()
  server.on('clientError', (_, socket) => failures.get(socket)?.())
  return {
    read: (bytes) =>
      new Promise((resolve) => {
        const readings: Reading[] = []
        let hasFailed = false
        const duplex = new Duplex({
          read: () => undefined,
          write: (_, __, done) => done(),
          final: (done) => done(),
        })
        const finish = (): void => resolve(hasFailed || readings.length !== 1 ? null : (readings[0] ?? null))
        waiting.set(duplex, (reading) => {
          readings.push(reading)
          // Bytes that are left would be a second request, or an error: by the next turn.
          setImmediate(finish)
        })
        const fail = (): void => {
          hasFailed = true
          finish()
        }
        failures.set(duplex, fail)
        server.emit('connection', duplex)
        duplex.on('error', fail)
        duplex.push(bytes)
        // Whoever wants more does not get it.
        setImmediate(() => setImmediate(() => readings.length === 0 && fail()))
      }),
    close: () => server.close(),
  }
}

/** h11 in one Python process. */
export function h11Reader(): OtherReader {
  provideDebian((line) => void process.stdout.write(`${line}\n`), [H11])
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    PYTHON,
    [join(import.meta.dirname, 'h11_reader.py')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const waiting: ((reading: Reading | null) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)))
  return {
    read: (bytes) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        const length = Buffer.alloc(4)
        length.writeUInt32BE(bytes.length)
        child.stdin.write(Buffer.concat([length, bytes]))
      }),
    close: () => child.stdin.end(),
  }
}
