import { Readable } from 'node:stream'
import { type BodyReader, createBodyReader } from '#gateway/wire/body-reader.ts'
import type { Framing } from '#gateway/wire/head.ts'
import type { Connection } from './connection.ts'

/** The body of the request that is being handled. `unread`: nobody has asked for it yet. */
export type RequestBody = {
  readonly framing: Framing
  mode: 'unread' | 'read' | 'discard'
  reader: BodyReader | undefined
  readable: Readable | undefined
  /** Whoever reads it can take more. */
  isWanted: boolean
  /** The content of what is being read, and how much of it there is yet. */
  piece: Buffer
  pieceLength: number
}

const NO_PIECE = Buffer.alloc(0)

export function createRequestBody(framing: Framing): RequestBody {
  return {
    framing,
    mode: 'unread',
    reader: undefined,
    readable: undefined,
    isWanted: false,
    piece: NO_PIECE,
    pieceLength: 0,
  }
}

/** From now on it is read into this stream, as fast as it is taken from there. */
export function readInto(body: RequestBody, connection: Connection): Readable {
  const readable = new Readable({
    read: () => {
      if (body.isWanted) return
      body.isWanted = true
      connection.proceed(connection)
    },
  })
  // Whoever has gone away hears of no error; nor does the process.
  readable.on('error', ignore)
  body.reader = createBodyReader(body.framing, (bytes, start, end) => {
    if (body.mode === 'discard') return
    bytes.copy(body.piece, body.pieceLength, start, end)
    body.pieceLength += end - start
  })
  body.readable = readable
  body.mode = 'read'
  return readable
}

/** From now on it is read away. */
export function discard(body: RequestBody): void {
  body.mode = 'discard'
  body.reader ??= createBodyReader(body.framing, ignore)
  body.readable?.destroy(new Error('the request was answered before its body was read'))
}

/** Reads on. @returns the index of the first byte that is not the body's */
export function readPiece(body: RequestBody, bytes: Buffer, from: number, to: number): number {
  const { reader, readable } = body
  if (reader === undefined) return from
  if (body.mode === 'discard') return reader.read(bytes, from, to)
  // One copy for however many chunks there are in what was read.
  body.piece = Buffer.allocUnsafe(to - from)
  body.pieceLength = 0
  const end = reader.read(bytes, from, to)
  const { piece, pieceLength } = body
  body.piece = NO_PIECE
  if (pieceLength === 0 || readable === undefined || readable.destroyed) return end
  // It may ask for more while it takes this.
  body.isWanted = false
  if (readable.push(piece.subarray(0, pieceLength))) body.isWanted = true
  return end
}

/** A body that is not there. */
export function emptyBody(): Readable {
  return new Readable({
    read() {
      this.push(null)
    },
  })
}

/** Of a request whose turn is over. */
export function lateBody(): Readable {
  const readable = new Readable({ read: ignore })
  readable.on('error', ignore)
  return readable.destroy(new Error('the request is over'))
}

function ignore(): void {}
