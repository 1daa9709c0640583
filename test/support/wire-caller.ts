import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readAnswer, type WireAnswer } from './wire-answers.ts'

/** A caller's connection, of which the test writes every byte. */
export type WireCaller = {
  readonly socket: Socket
  /** Text is sent as ISO 8859-1. */
  readonly send: (bytes: string | Uint8Array) => void
  /** Sends few bytes at a time, each piece on its own. */
  readonly sendInPieces: (bytes: Uint8Array, size: number) => Promise<void>
  /**
   * The next answer, to a request of this method. Rejects on bytes that are none, and where for 20 seconds nothing comes.
   */
  readonly answer: (method?: string) => Promise<WireAnswer>
  /** Resolves when the other side has closed, with the bytes that were no answer anybody had asked for. */
  readonly closed: () => Promise<string>
  readonly isClosed: () => boolean
  readonly destroy: () => void
}

/** Where nothing comes for so long, the test fails rather than to hang: a limit, not a measure. */
const SILENCE_MS = 20_000

/** Connects; from another loopback address where one is given. */
export async function openCaller(gatewayUrl: string, localAddress?: string): Promise<WireCaller> {
  const { hostname, port } = new URL(gatewayUrl)
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    ...(localAddress && { localAddress }),
  })
  let text = ''
  let isOver = false
  let wake = (): void => undefined
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  socket.on('error', () => undefined)
  for (const event of ['end', 'close'])
    socket.on(event, () => {
      isOver = true
      wake()
    })
  await once(socket, 'connect')
  const change = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`silence after ${JSON.stringify(text)}`)), SILENCE_MS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  return {
    socket,
    send: (bytes) => void (typeof bytes === 'string' ? socket.write(bytes, 'latin1') : socket.write(bytes)),
    sendInPieces: async (bytes, size) => {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
        socket.write(bytes.subarray(at, at + size))
        await new Promise((done) => setImmediate(done))
      }
    },
    answer: async (method = 'GET') => {
      for (;;) {
        const read = readAnswer(text, method, isOver)
        if (read !== undefined) {
          text = text.slice(read.end)
          return read.answer
        }
        await change()
      }
    },
    closed: async () => {
      for (;;) {
        if (isOver) return text
        await change()
      }
    },
    isClosed: () => isOver,
    destroy: () => socket.destroy(),
  }
}
