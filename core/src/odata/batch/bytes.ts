import { encodeUtf8 } from '#odata/json/utf8.ts'

/** Whether these bytes begin here with this text of ASCII. */
export function startsWithAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** Text and bytes, one behind the other. */
export function joinPieces(pieces: readonly (string | Uint8Array)[]): Uint8Array {
  const encoded = pieces.map((piece) => (typeof piece === 'string' ? encodeUtf8(piece) : piece))
  const joined = new Uint8Array(encoded.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of encoded) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
