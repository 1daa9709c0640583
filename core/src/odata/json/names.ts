import { codePointAt, utf8Length } from './utf8.ts'

/** Decodes strings of one JSON text. Names come again and again: those are remembered by their bytes. */
export type NameReader = {
  /** A string between its quotes, both included, that `scanString` has accepted. */
  readonly decode: (start: number, end: number) => string
  readonly name: (start: number, end: number) => string
}

type Slot = { readonly start: number; readonly end: number; readonly name: string }

const SLOTS = 1024
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

export function createNameReader(bytes: Uint8Array): NameReader {
  const slots: (Slot | undefined)[] = []
  const decode = (start: number, end: number) => decodeJsonString(bytes, start, end)
  return {
    decode,
    name: (start, end) => {
      const place = hashOf(bytes, start, end) % SLOTS
      const slot = slots[place]
      if (slot && sameBytes(bytes, slot, { start, end })) return slot.name
      const name = decode(start, end)
      slots[place] = { start, end, name }
      return name
    },
  }
}

/** The text of a string between its quotes, both included, that `scanString` has accepted. */
export function decodeJsonString(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let at = start + 1
  while (at < end - 1) {
    const byte = bytes[at] ?? 0
    if (byte === 0x5c) {
      const escape = String.fromCharCode(bytes[at + 1] ?? 0)
      text += escape === 'u' ? String.fromCharCode(hexAt(bytes, at + 2)) : (ESCAPED[escape] ?? escape)
      at += escape === 'u' ? 6 : 2
    } else if (byte < 0x80) {
      text += String.fromCharCode(byte)
      at += 1
    } else {
      const length = utf8Length(bytes, at)
      text += String.fromCodePoint(codePointAt(bytes, at, length))
      at += length
    }
  }
  return text
}

function hexAt(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let index = at; index < at + 4; index += 1) {
    const byte = bytes[index] ?? 0
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57)
  }
  return value
}

/** FNV-1a over the first 64 bytes: enough to tell names apart; equal slots are compared byte by byte anyway. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  const until = end - start > 64 ? start + 64 : end
  for (let at = start; at < until; at += 1) {
    // The prime 0x01000193 by shifts, since a product would leave the integers that are exact.
    hash ^= bytes[at] ?? 0
    hash = (hash + (hash << 1) + (hash << 4) + (hash << 7) + (hash << 8) + (hash << 24)) >>> 0
  }
  return hash
}

function sameBytes(bytes: Uint8Array, one: Omit<Slot, 'name'>, other: Omit<Slot, 'name'>): boolean {
  if (one.end - one.start !== other.end - other.start) return false
  for (let index = 0; index < one.end - one.start; index += 1) {
    if (bytes[one.start + index] !== bytes[other.start + index]) return false
  }
  return true
}
