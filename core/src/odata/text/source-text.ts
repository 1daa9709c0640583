import type { ODataProblem } from '#odata/analysis.ts'
import type { Cause } from '#odata/touches.ts'
import { refuse } from './refusal.ts'

/** A part of a request, percent-decoded exactly once, that remembers where each character stood. */
export type SourceText = {
  /** Where it stands, for causes: `path`, `$filter`, `@p`. */
  readonly in: string
  readonly text: string
  /** Offset in the raw request of the decoded character `index`; for the length, of what follows the text. */
  readonly at: (index: number) => number
}

/** What the raw text of a part is called, and where it begins in the request. */
export type SourcePlace = { readonly in: string; readonly offset: number }

/**
 * Decodes a raw part of a request (URL conventions 2.1: split first, then decode once). Literals are found in the
 * decoded text, so that `%27` is a quote like any other.
 * Throws a `Refusal` on a broken `%`, on invalid UTF-8, on U+0000 and on characters that have to be encoded.
 */
export function decodeSource(raw: string, place: SourcePlace): SourceText {
  const bad = /[^\t\x20-\x7e]/.exec(raw)
  if (bad) return broken('a character that has to be percent-encoded', place, bad.index)
  if (!raw.includes('%')) return { in: place.in, text: raw, at: (index) => place.offset + index }
  const text = decodeWhole(raw)
  if (text === undefined) return decodeParts(raw, place)
  // Where each character stood is asked for by causes and problems alone.
  let parts: SourceText | undefined
  return {
    in: place.in,
    text,
    at: (index) => {
      parts ??= decodeParts(raw, place)
      return parts.at(index)
    },
  }
}

/** Undefined where something is wrong with it, or may be. */
function decodeWhole(raw: string): string | undefined {
  const text = decodeSequence(raw)
  return text?.includes('\0') === true ? undefined : text
}

function decodeParts(raw: string, place: SourcePlace): SourceText {
  const offsets: number[] = []
  const parts: string[] = []
  let index = 0
  while (index < raw.length) {
    const start = index
    const next = raw.indexOf('%', index)
    index = next < 0 ? raw.length : next
    for (let plain = start; plain < index; plain += 1) offsets.push(plain)
    parts.push(raw.slice(start, index))
    if (next < 0) break
    const encoded = sequenceAt(raw, index)
    const decoded = encoded === undefined ? undefined : decodeSequence(encoded)
    if (encoded === undefined || decoded === undefined)
      return broken('"%" without two hexadecimal digits, or bytes that are not UTF-8', place, index)
    if (decoded === '\0') return broken('the character U+0000', place, index)
    for (let unit = 0; unit < decoded.length; unit += 1) offsets.push(index)
    parts.push(decoded)
    index += encoded.length
  }
  const end = raw.length
  return { in: place.in, text: parts.join(''), at: (index) => place.offset + (offsets[index] ?? end) }
}

/** The words between two decoded offsets, as a cause of a touch or of a problem. */
export function causeAt(source: SourceText, start: number, end: number): Cause {
  return { in: source.in, text: source.text.slice(start, end), at: [source.at(start), source.at(end)] }
}

/** Refuses the words between two decoded offsets. */
export function refuseAt(
  source: SourceText,
  problem: { readonly code: ODataProblem['code']; readonly problem: string },
  range: readonly [number, number],
): never {
  const [start, end] = range
  refuse({ ...problem, in: source.in, at: [source.at(start), source.at(end)] })
}

function broken(problem: string, place: SourcePlace, index: number): never {
  const start = place.offset + index
  refuse({ code: 'odata_malformed', problem, in: place.in, at: [start, start + 1] })
}

/** The `%XX` of one character: as many as its first byte asks for. Undefined where they are not there. */
function sequenceAt(raw: string, index: number): string | undefined {
  const first = /^%[0-9A-Fa-f]{2}$/.test(raw.slice(index, index + 3))
    ? Number.parseInt(raw.slice(index + 1, index + 3), 16)
    : -1
  if (first < 0) return undefined
  const bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  return raw.slice(index, index + 3 * bytes)
}

function decodeSequence(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
