import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'

/** What a connection hears about the body that it sends. */
type BodySenderEvents = {
  /** It was handed to the socket whole. */
  readonly onWhole: () => void
  /** It broke: another length than it was said to have, or its source failed. */
  readonly onBroken: (why: string, cause?: unknown) => void
}

/** Sends bodies that come as streams over one socket, one after the other. Their errors have another listener besides. */
export type BodySender = {
  /** @param length undefined sends it chunked */
  readonly start: (content: Readable, length: number | undefined) => void
  /** The socket takes bytes again. */
  readonly goOn: () => void
  /** Lets go of the stream, which stays paused where it was not read whole. */
  readonly stop: () => void
  /** Of the body that it sends. */
  readonly sentBytes: () => number
  /** Whether it waits for the socket, not for its source. */
  readonly isBlocked: () => boolean
}

type Sending = {
  readonly socket: Socket
  readonly events: BodySenderEvents
  content: Readable | undefined
  length: number | undefined
  sent: number
  isBlocked: boolean
}

/** The listeners are made once, for all bodies of the connection. */
export function createBodySender(socket: Socket, events: BodySenderEvents): BodySender {
  const sending: Sending = { socket, events, content: undefined, length: 0, sent: 0, isBlocked: false }
  const onData = (piece: unknown) => sendPiece(sending, piece)
  const onError = (error: unknown) => missRest(sending, stop, error)
  const onClose = () => missRest(sending, stop)
  const onEnd = () => {
    if (sending.content === undefined) return
    if (sending.length !== undefined) return missRest(sending, stop)
    stop()
    socket.write('0\r\n\r\n', 'latin1')
    events.onWhole()
  }
  function stop(): void {
    const { content } = sending
    if (content === undefined) return
    sending.content = undefined
    sending.isBlocked = false
    content.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError)
    // Whole, it may come to its end; otherwise nobody is to take its bytes for read.
    if (sending.sent === sending.length) content.resume()
    else if (!content.readableEnded) content.pause()
  }
  return {
    start: (content, length) => {
      Object.assign(sending, { content, length, sent: 0, isBlocked: false })
      content.on('error', onError)
      if (length === 0) events.onWhole()
      if (content.destroyed || content.readableEnded) process.nextTick(onClose)
      else content.on('end', onEnd).on('close', onClose).on('data', onData).resume()
    },
    goOn: () => {
      if (!sending.isBlocked) return
      sending.isBlocked = false
      sending.content?.resume()
    },
    stop,
    sentBytes: () => sending.sent,
    isBlocked: () => sending.isBlocked,
  }
}

function sendPiece(sending: Sending, piece: unknown): void {
  const { socket, events, content, length } = sending
  if (content === undefined) return
  if (!(piece instanceof Uint8Array)) return events.onBroken('its source gives no bytes')
  // A chunk of no bytes would be the last one.
  if (piece.length === 0) return
  sending.sent += piece.length
  if (length !== undefined && sending.sent > length) return events.onBroken('it is longer than was said')
  const canGoOn = length === undefined ? writeChunk(socket, piece) : socket.write(piece)
  if (!canGoOn) {
    sending.isBlocked = true
    content.pause()
  }
  if (sending.sent === length) events.onWhole()
}

function writeChunk(socket: Socket, piece: Uint8Array): boolean {
  socket.cork()
  socket.write(`${piece.length.toString(16)}\r\n`, 'latin1')
  socket.write(piece)
  const canGoOn = socket.write('\r\n', 'latin1')
  socket.uncork()
  return canGoOn
}

/** No more comes. That matters unless all of a known length has come. */
function missRest({ content, length, sent, events }: Sending, stop: () => void, cause?: unknown): void {
  if (content === undefined) return
  if (length === sent) stop()
  else if (cause !== undefined) events.onBroken('its source failed', cause)
  else
    events.onBroken(length === undefined ? 'its source closed before its end' : 'it is shorter than was said')
}
