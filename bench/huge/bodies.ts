import { gzipSync } from 'node:zlib'

const PIECE = 65_536
const MB = 1_000_000

/** Letters, as many. */
export function* letters(bytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(PIECE, 'x')
  for (let left = bytes; left > 0; left -= PIECE) yield piece.subarray(0, Math.min(PIECE, left))
}

/** A body that is made once. */
export function whole(text: string | Uint8Array): {
  readonly length: number
  readonly body: () => Uint8Array[]
} {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return { length: bytes.length, body: () => [bytes] }
}

export function deepJson(depth: number): string {
  return `{"Name":${'['.repeat(depth)}${']'.repeat(depth)}}`
}

export function unclosedJson(depth: number): string {
  return '['.repeat(depth)
}

/** 100 MB that go over the wire as 100 KB. */
export function gzipBomb(): Uint8Array {
  return gzipSync(Buffer.alloc(100 * MB, ' '), { level: 9 })
}

/** A list of endpoints; the shortest ids that there can be, so that most of them fit. */
export function endpointList(count: number): string {
  return `{"kind":"only","endpoints":[${'"e",'.repeat(count - 1)}"e"]}`
}

/** Parts of one batch. */
export function batchOf(parts: number): string {
  const part = '--b\r\nContent-Type: application/http\r\n\r\nGET Pets HTTP/1.1\r\n\r\n\r\n'
  return `${part.repeat(parts)}--b--\r\n`
}
