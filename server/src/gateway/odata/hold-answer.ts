import type { Readable } from 'node:stream'
import { LIMITS } from '@stagedoor/core/odata/limits.ts'

/** An answer in memory, or the beginning of one that is longer than is held. */
export type Held =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'no_room' }
  | {
      readonly kind: 'too_long'
      readonly chunks: readonly Uint8Array[]
      /** What has not been read yet. */
      readonly rest: AsyncIterable<Uint8Array>
    }

/**
 * Reads an answer whole, up to LIMITS.answerBytes, as long as `take` gives room for it. Rejects where the upstream breaks
 * off.
 */
export async function holdAnswer(body: Readable, take: (bytes: number) => boolean): Promise<Held> {
  const chunks: Uint8Array[] = []
  let length = 0
  const source = body[Symbol.asyncIterator]()
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    const chunk: Uint8Array = next.value
    if (!take(chunk.length)) return { kind: 'no_room' }
    chunks.push(chunk)
    length += chunk.length
    if (length > LIMITS.answerBytes)
      return { kind: 'too_long', chunks, rest: { [Symbol.asyncIterator]: () => source } }
  }
  return { kind: 'whole', bytes: Buffer.concat(chunks) }
}
