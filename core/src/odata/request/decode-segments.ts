import { decodeSource, type SourceText } from '#odata/text/source-text.ts'
import { refuseMalformed } from './problem.ts'
import type { RawPart } from './split-request.ts'

/** Decodes the segments of a path, each of them once. */
export function decodeSegments(parts: readonly RawPart[]): readonly SourceText[] {
  return parts.map(({ raw, at }) => {
    const source = decodeSource(raw, { in: 'path', offset: at })
    // Servers cut off what they take for white space, and some read on behind it.
    if (/[\x00-\x1f\x7f-\x9f]|^\s|^[^\s(']+\s+\(|\s$/.test(source.text)) {
      refuseMalformed('a control character, or white space around a name', {
        in: 'path',
        at: [at, at + raw.length],
      })
    }
    return source
  })
}
