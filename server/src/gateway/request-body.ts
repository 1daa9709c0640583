import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

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
