import type { BodyReader, BodyState, OnData } from './body-reader.ts'
import { CR, LF } from './char-classes.ts'
import { type ExtensionStep, mayEndExtension, readExtensionByte } from './extension-reader.ts'
import { fieldNumber } from './field-names.ts'
import { type FieldSection, hasField, NO_FIELDS } from './field-section.ts'
import { beginText, INCOMPLETE, scanFields, takeFields } from './read-fields.ts'

/** Of a chunk's size: more than any body, and a number that is exact. */
const SIZE_DIGITS_MAX = 12
/** Of all extensions of a body together (RFC 9112 7.1.1 asks for a limit). */
const EXTENSION_BYTES_MAX = 16_384
const TRAILER_BYTES_MAX = 8_192

type Step =
  | 'size'
  | 'extension'
  | 'size_end'
  | 'content'
  | 'content_end'
  | 'content_end_feed'
  | 'trailers'
  | 'done'
  | 'bad'

type Chunked = {
  step: Step
  /** Of the size that is being read, or of the content that is still to come. */
  size: number
  digits: number
  extensionBytes: number
  extension: ExtensionStep
  /** The trailer section, while it is incomplete. */
  held: Buffer
  trailers: FieldSection
  problem: string
}

/** Reads the chunked transfer coding (RFC 9112 7.1): CRLF everywhere, sizes in hex digits alone, extensions passed over. */
export function createChunkedReader(onData: OnData): BodyReader {
  const chunked: Chunked = {
    step: 'size',
    size: 0,
    digits: 0,
    extensionBytes: 0,
    extension: 'name_begin',
    held: Buffer.alloc(0),
    trailers: NO_FIELDS,
    problem: '',
  }
  return {
    read: (bytes, from, to) => {
      let at = from
      while (at < to && chunked.step !== 'done' && chunked.step !== 'bad') {
        if (chunked.step === 'content') at = passContent(chunked, bytes, { from: at, to }, onData)
        else if (chunked.step === 'trailers') at = readTrailers(chunked, bytes, at, to)
        else {
          readByte(chunked, bytes[at] ?? 0)
          at += 1
        }
      }
      return at
    },
    state: () => stateOf(chunked.step),
    trailers: () => chunked.trailers,
    problem: () => chunked.problem,
  }
}

function stateOf(step: Step): BodyState {
  return step === 'done' || step === 'bad' ? step : 'more'
}

function passContent(
  chunked: Chunked,
  bytes: Buffer,
  { from, to }: { readonly from: number; readonly to: number },
  onData: OnData,
): number {
  const end = Math.min(to, from + chunked.size)
  chunked.size -= end - from
  if (chunked.size === 0) chunked.step = 'content_end'
  onData(bytes, from, end)
  return end
}

function readByte(chunked: Chunked, byte: number): void {
  switch (chunked.step) {
    case 'size':
      return readSize(chunked, byte)
    case 'extension':
      return readExtension(chunked, byte)
    case 'size_end':
      if (byte !== LF) return fail(chunked, 'a chunk size that CRLF does not end')
      chunked.digits = 0
      chunked.step = chunked.size === 0 ? 'trailers' : 'content'
      return undefined
    case 'content_end':
      if (byte !== CR) return fail(chunked, 'a chunk of another length than its size')
      chunked.step = 'content_end_feed'
      return undefined
    case 'content_end_feed':
      if (byte !== LF) return fail(chunked, 'a chunk that CRLF does not end')
      chunked.step = 'size'
      return undefined
    default:
      return fail(chunked, 'bytes that belong nowhere')
  }
}

function readSize(chunked: Chunked, byte: number): void {
  const digit = hexDigit(byte)
  if (digit >= 0) {
    chunked.digits += 1
    if (chunked.digits > SIZE_DIGITS_MAX) return fail(chunked, 'a chunk size with too many digits')
    chunked.size = chunked.size * 16 + digit
    return undefined
  }
  if (chunked.digits === 0) return fail(chunked, 'a chunk size that is none')
  if (byte === CR) chunked.step = 'size_end'
  else if (byte === SEMICOLON) {
    chunked.step = 'extension'
    chunked.extension = 'name_begin'
  } else return fail(chunked, 'a chunk size that is none')
  return undefined
}

const SEMICOLON = 59

/** Nothing here knows one, so it is left out of what goes on (RFC 9112 7.1.1). */
function readExtension(chunked: Chunked, byte: number): void {
  chunked.extensionBytes += 1
  if (chunked.extensionBytes > EXTENSION_BYTES_MAX) return fail(chunked, 'too many chunk extensions')
  if (byte === CR && mayEndExtension(chunked.extension)) {
    chunked.step = 'size_end'
    return undefined
  }
  chunked.extension = readExtensionByte(chunked.extension, byte)
  if (chunked.extension === 'bad') return fail(chunked, 'a chunk extension that is none')
  return undefined
}

/** Bytes of the last call that ended within them are held, and read again with the next ones. */
function readTrailers(chunked: Chunked, bytes: Buffer, from: number, to: number): number {
  const { held } = chunked
  const all = held.length === 0 ? bytes : Buffer.concat([held, bytes.subarray(from, to)])
  const start = held.length === 0 ? from : 0
  const stop = held.length === 0 ? to : all.length
  // Read once a line is whole: bytes that come one by one would be read again and again.
  beginText(all, start, start)
  const end = hasFeed(bytes, from, to) ? scanFields(all, start, stop) : INCOMPLETE
  if (typeof end === 'string') {
    fail(chunked, `trailers with ${end}`)
    return to
  }
  if (end === INCOMPLETE) {
    if (stop - start > TRAILER_BYTES_MAX) fail(chunked, 'trailers that are too long')
    // Another buffer: the one that was read into is used again.
    else chunked.held = Buffer.from(all.subarray(start, stop))
    return to
  }
  chunked.trailers = takeFields()
  chunked.step = 'done'
  if (frames(chunked.trailers)) fail(chunked, 'a trailer that says where the body ends')
  return from + (end - start) - held.length
}

const TRANSFER_ENCODING = fieldNumber('transfer-encoding')
const CONTENT_LENGTH = fieldNumber('content-length')

/** Whoever reads trailers as headers would see another body (RFC 9110 6.5.1). */
function frames(trailers: FieldSection): boolean {
  return hasField(trailers, TRANSFER_ENCODING) || hasField(trailers, CONTENT_LENGTH)
}

function hasFeed(bytes: Buffer, from: number, to: number): boolean {
  const at = bytes.indexOf(LF, from)
  return at >= 0 && at < to
}

function fail(chunked: Chunked, problem: string): void {
  chunked.step = 'bad'
  chunked.problem = problem
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
