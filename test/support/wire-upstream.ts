import { createServer, type Socket } from 'node:net'
import { readChunks, valuesOf } from './wire-answers.ts'

/** A request as an upstream received it, byte for byte. */
export type WireRequest = {
  /** Counts the connections. */
  readonly connection: number
  readonly method: string
  readonly target: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly head: string
  /** All of it, ISO 8859-1. */
  readonly bytes: string
  /** What the caller wrote into `x-tag`. */
  readonly tag: string
}

export type WireUpstream = {
  readonly url: string
  readonly received: WireRequest[]
  /** Bytes that are no request in the strictest reading. Must stay empty. */
  readonly unreadable: string[]
  readonly connections: () => number
  readonly close: () => Promise<void>
}

type Answer = (request: WireRequest, socket: Socket) => void

/**
 * A TCP server that reads requests by the narrowest grammar there is, with nothing of the gateway's own code, and answers
 * as told: by default with the tag of the request, in a header and in the body.
 */
export async function startWireUpstream(answer: Answer = answerTagged): Promise<WireUpstream> {
  const received: WireRequest[] = []
  const unreadable: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    const connection = ++connections
    let text = ''
    sockets.add(socket)
    socket.setEncoding('latin1').setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (chunk: string) => {
      text += chunk
      try {
        for (let read = readRequest(text, connection); read; read = readRequest(text, connection)) {
          text = text.slice(read.end)
          received.push(read.request)
          answer(read.request, socket)
        }
      } catch (error) {
        unreadable.push(`${String(error)} in ${JSON.stringify(text)}`)
        socket.destroy()
      }
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    received,
    unreadable,
    connections: () => connections,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
  }
}

/** The answer that names its request. */
export function tagged(tag: string, method = 'GET'): string {
  const body = JSON.stringify({ tag })
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-tag: ${tag}\r\ncontent-length: ${body.length}\r\n\r\n${method === 'HEAD' ? '' : body}`
}

function answerTagged({ tag, method }: WireRequest, socket: Socket): void {
  socket.write(tagged(tag, method))
}

/** One space, no whitespace but that after the colon, lower-case names, decimal lengths, the one coding. */
function readRequest(
  text: string,
  connection: number,
): { readonly request: WireRequest; readonly end: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = text.slice(0, headEnd)
  const [line = '', ...lines] = head.split('\r\n')
  const [, method, target] = /^([A-Z]+) (\/[\x21-\x7e]*) HTTP\/1\.1$/.exec(line) ?? []
  if (method === undefined || target === undefined) throw new Error('request line')
  const fields = lines.map((each) => {
    const [, name, value] =
      /^([!#$%&'*+.^_`|~0-9a-zA-Z-]+): ?((?:[\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*)?)$/.exec(each) ?? []
    if (name === undefined || value === undefined || /[ \t]$/.test(value))
      throw new Error(`field line ${JSON.stringify(each)}`)
    return [name.toLowerCase(), value] as const
  })
  const framing = [...valuesOf(fields, 'content-length'), ...valuesOf(fields, 'transfer-encoding')]
  if (framing.length > 1 || valuesOf(fields, 'host').length !== 1) throw new Error('framing or host')
  const [how = '0'] = framing
  const start = headEnd + 4
  const read = how === 'chunked' ? readChunks(text, start) : readLength(text, start, how)
  if (read === undefined) return undefined
  const tag = valuesOf(fields, 'x-tag').join(',')
  return {
    request: {
      connection,
      method,
      target,
      fields,
      head,
      tag,
      body: read.body,
      bytes: text.slice(0, read.end),
    },
    end: read.end,
  }
}

function readLength(
  text: string,
  from: number,
  length: string,
): { readonly body: string; readonly end: number } | undefined {
  if (!/^(?:0|[1-9]\d*)$/.test(length)) throw new Error(`length ${length}`)
  const end = from + Number(length)
  return text.length < end ? undefined : { body: text.slice(from, end), end }
}
