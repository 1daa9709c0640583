import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** A body to forward. Small ones are held, so that they can be sent again after a new sign-in. */
export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'held'; readonly content: Buffer }
  | { readonly kind: 'stream'; readonly content: Readable }

const HELD_BYTES_MAX = 65_536

/** Reads a body that says it is small, and leaves every other one to stream. Rejects if the caller goes away. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  if (!(length <= HELD_BYTES_MAX)) return { kind: 'stream', content: request }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return { kind: 'held', content: Buffer.concat(chunks) }
}

/**
 * A body that is passed on as it comes, for as long as it may be: its end, or the rest that its length promises, comes to
 * nobody after that, so that what it asks for is never carried out. It errors then; the caller can still be answered.
 */
export function passWhile(content: Readable, isAllowed: () => boolean): Readable {
  async function* passed(): AsyncGenerator<Buffer> {
    const refuse = (): never => {
      throw new Error('the call is refused by now')
    }
    for await (const chunk of content.iterator({ destroyOnReturn: false })) {
      if (!isAllowed()) refuse()
      yield chunk
    }
    if (!isAllowed()) refuse()
  }
  return Readable.from(passed(), { objectMode: false })
}

/**
 * Reads a whole body of at most so many bytes; `too_long` for a longer one, of which no more is held than that: said
 * without reading where the length is told. `no_room` where `take` does not give what it is asked for, chunk by chunk.
 * Rejects if the caller goes away.
 */
export async function readWhole(
  request: IncomingMessage,
  bytesMax: number,
  take: (bytes: number) => boolean,
): Promise<Buffer | 'too_long' | 'no_room'> {
  const told = Number(request.headers['content-length'] ?? 0)
  if (!(told <= bytesMax)) return 'too_long'
  const chunks: Buffer[] = []
  let length = 0
  return await new Promise((resolve, reject) => {
    const stop = (): void => {
      request.off('data', hold).off('end', finish).off('error', reject).off('close', broke)
    }
    const hold = (chunk: Buffer): void => {
      length += chunk.length
      const isShort = length <= bytesMax
      if (isShort && take(chunk.length)) return void chunks.push(chunk)
      // Held no longer; who refuses it reads the rest away.
      chunks.length = 0
      stop()
      resolve(isShort ? 'no_room' : 'too_long')
    }
    const finish = (): void => {
      stop()
      resolve(Buffer.concat(chunks))
    }
    const broke = (): void => reject(new Error('the caller went away'))
    request.on('data', hold).once('end', finish).once('error', reject).once('close', broke)
  })
}

const DISCARDED_BYTES_MAX = 8 * 1024 * 1024
const DISCARDED_MS_MAX = 5_000

/**
 * Reads away the body of a call that was refused, so that a caller which is still sending sees the answer. A long or slow
 * one is cut off: nobody may hold a connection open with a call that is refused. To be called before the answer is
 * sent: once it is, Node reads away a body that nobody has begun to read, without bounds.
 */
export function discardBody(request: IncomingMessage): void {
  let length = 0
  const timer = setTimeout(() => request.destroy(), DISCARDED_MS_MAX)
  request.once('close', () => clearTimeout(timer))
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > DISCARDED_BYTES_MAX) request.destroy()
  })
  request.once('end', () => clearTimeout(timer))
}
