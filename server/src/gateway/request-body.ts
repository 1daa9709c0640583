import { Readable } from 'node:stream'
import type { CallerRequest } from './caller/caller-call.ts'
import type { UpstreamBody } from './upstream/exchange-upstream.ts'

const HELD_BYTES_MAX = 65_536

/**
 * Reads the beginning of a body before anything of it goes upstream: a small one whole, so that it can be sent again after a new
 * sign-in, and of a longer one so much that nobody holds a connection to the upstream by sending it byte by byte. Rejects if the
 * caller goes away.
 */
export async function readBody(request: CallerRequest): Promise<UpstreamBody> {
  const { framing } = request
  if (framing.kind === 'none') return { kind: 'none' }
  const begun: Buffer[] = []
  let bytes = 0
  const content = request.body()
  const source: AsyncIterator<Buffer> = content.iterator({ destroyOnReturn: false })
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    begun.push(next.value)
    bytes += next.value.length
    if (bytes > HELD_BYTES_MAX)
      return { kind: 'stream', content: followOn(begun, source), length: lengthOf(request) }
  }
  return { kind: 'held', content: Buffer.concat(begun) }
}

/** What has been read, and then the rest. */
function followOn(begun: readonly Buffer[], rest: AsyncIterator<Buffer>): Readable {
  async function* passed(): AsyncGenerator<Buffer> {
    yield* begun
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  }
  return Readable.from(passed(), { objectMode: false })
}

/** How long a body is, in bytes; undefined where it does not say so before its end. */
export function lengthOf({ framing }: Pick<CallerRequest, 'framing'>): number | undefined {
  if (framing.kind === 'none') return 0
  return framing.kind === 'length' ? framing.length : undefined
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
  request: CallerRequest,
  bytesMax: number,
  take: (bytes: number) => boolean,
): Promise<Buffer | 'too_long' | 'no_room'> {
  if ((lengthOf(request) ?? 0) > bytesMax) return 'too_long'
  const chunks: Buffer[] = []
  let length = 0
  const content: AsyncIterable<Buffer> = request.body().iterator({ destroyOnReturn: false })
  for await (const chunk of content) {
    length += chunk.length
    if (length > bytesMax) return 'too_long'
    if (!take(chunk.length)) return 'no_room'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
