import { SourceError } from './change-source.ts'

/** A credential with every endpoint of the largest catalogs and many tokens stays well below. */
const LINE_BYTES_MAX = 4 * 1024 * 1024
const LINE_FEED = 0x0a

/**
 * The lines of a stream of bytes, without their ends. What stands behind the last line feed is no line: whoever wrote it was
 * cut off. `onRest` is told how long that is. Throws SourceError `damaged` for a line that does not end.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  { bytesMax = LINE_BYTES_MAX, onRest }: { bytesMax?: number; onRest?: (bytes: number) => void } = {},
): AsyncGenerator<string> {
  let begun: Buffer[] = []
  let begunBytes = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let from = 0
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, from)) {
      const last = bytes.subarray(from, at)
      if (begunBytes + last.length > bytesMax) throw tooLong()
      yield begun.length === 0 ? last.toString() : Buffer.concat([...begun, last]).toString()
      begun = []
      begunBytes = 0
      from = at + 1
    }
    if (from === bytes.length) continue
    begun.push(bytes.subarray(from))
    begunBytes += bytes.length - from
    if (begunBytes > bytesMax) throw tooLong()
  }
  onRest?.(begunBytes)
}

function tooLong(): SourceError {
  return new SourceError('damaged', 'a line has no end')
}
