import type { Model } from '#odata/model.ts'
import type { Found } from '#odata/touches.ts'
import { decodePercent, plainLetters, withoutRoot } from './decode.ts'
import { indexOf, type Meaning, type NameIndex } from './index-of-names.ts'
import { AGREED, type Doubt, judge, meaningOf, type Reached, reachedOf, type Verdict } from './judge.ts'
import { type Marks, scanWords, type Word } from './words.ts'

export type CheckedRequest = {
  readonly method: string
  /** The raw request target behind the service root. */
  readonly rawTarget: string
  /** Body of a request to `/$query`. */
  readonly queryBody?: string | undefined
  /** Path of the service, as absolute addresses in a request have it before the path that counts. */
  readonly mount?: string | undefined
}

/** A part of the raw text that is read by itself. */
type Piece = {
  readonly in: string
  readonly text: string
  readonly at: readonly [number, number]
}

type Occurrence = { readonly word: Word; readonly piece: Piece }

type Reading = {
  readonly index: NameIndex
  readonly mount: string
  readonly marks: Marks
  readonly occurrences: Occurrence[]
  /** A page token stands for a whole query that nobody can read. */
  opaque: boolean
}

/**
 * Compares an analysis with a second reading that knows no grammar: it takes every word outside of literals for what it
 * could mean anywhere. A name of the model that the analysis did not come by, one of which no possible target is touched,
 * a touch that no word explains, and a change that is no touch of one, put the analysis in doubt; the request is then
 * refused. It shares no code with the analysis, so that a mistake there is not one here. It reads more than there is,
 * never less: percent-encoding is decoded twice, case and `$` are overlooked. Linear in the length of the text.
 */
export function secondCheck(model: Model, request: CheckedRequest, found: Found): Verdict {
  const reading: Reading = {
    index: indexOf(model),
    mount: request.mount ?? '',
    marks: { everything: false, aliases: new Set() },
    occurrences: [],
    opaque: false,
  }
  const { rawTarget, queryBody } = request
  const mark = rawTarget.indexOf('?')
  const pathEnd = mark < 0 ? rawTarget.length : mark
  const path: Piece = { in: 'path', text: rawTarget.slice(0, pathEnd), at: [0, pathEnd] }
  readPiece(reading, path, path.text)
  if (mark >= 0) readQuery(reading, rawTarget, mark + 1)
  if (queryBody !== undefined) readQuery(reading, queryBody, 0)
  const reached = reachedOf(found)
  const last = endOfPath(reading, request, path)
  const doubt =
    doubtfulWord(reading, reached, last) ??
    unexplained(reading, found) ??
    missingChange(reading, request, { reached, last })
  return doubt === undefined ? AGREED : { ok: false, doubt }
}

/** Cut as OData asks: at what is not encoded. What is encoded stays inside of its piece, and is read there. */
function readQuery(reading: Reading, text: string, from: number): void {
  let start = from
  while (start <= text.length) {
    const found = text.indexOf('&', start)
    const end = found < 0 ? text.length : found
    if (end > start) readOption(reading, text.slice(start, end), [start, end])
    start = end + 1
  }
}

const PLAIN = /^[\w.~-]*$/
/** Words that are searched for; whatever else could stand there is read like an expression. */
const SEARCHED = /^[^&?#=$;%/]*$/

function readOption(reading: Reading, text: string, at: readonly [number, number]): void {
  const equals = text.indexOf('=')
  const name = decodePercent(text.slice(0, equals < 0 ? 0 : equals)).trim()
  const value = text.slice(equals + 1)
  const option = name.startsWith('@') ? name : `$${name.toLowerCase().replace(/^\$/, '')}`
  const piece: Piece = { in: option, text: value, at }
  if (option === '$skiptoken' || option === '$deltatoken') {
    reading.opaque = true
    if (PLAIN.test(value)) return
  }
  if (option === '$search' && SEARCHED.test(decodePercent(value))) return
  readPiece(reading, piece, option === '$id' ? withoutRoot(decodePercent(value), reading.mount) : value)
}

function readPiece(reading: Reading, piece: Piece, raw: string): void {
  const once = plainLetters(decodePercent(raw))
  scan(reading, piece, once)
  if (!once.includes('%')) return
  const twice = plainLetters(decodePercent(once))
  if (twice !== once) scan(reading, piece, twice)
}

function scan({ index, marks, occurrences }: Reading, piece: Piece, text: string): void {
  scanWords(text, {
    path: piece.in === 'path' || piece.in === '$id',
    shapes: index.shapes,
    marks,
    found: (word) => {
      const { text } = word
      const last = text.slice(text.lastIndexOf('.') + 1)
      if (index.exact.has(last) || index.folded.has(last.toLowerCase())) occurrences.push({ word, piece })
    },
  })
}

function doubtfulWord(
  { index, marks, occurrences }: Reading,
  reached: Reached,
  last: Occurrence | undefined,
): Doubt | undefined {
  for (const occurrence of occurrences) {
    const { word, piece } = occurrence
    // `Seats mul 2 as Total`: what the text names itself is no name of the model, but in a path and in $expand.
    if (marks.aliases.has(word.text) && piece.in !== 'path' && piece.in !== '$expand') continue
    // `DELETE Events(1)/Bookings/$ref?$id=Bookings(9)` changes both ends of the link and reads neither.
    const linked = last !== undefined && (piece.in === '$id' || (piece.in === 'path' && isLink(piece)))
    const why = judge(index, reached, { word, changes: linked || occurrence === last })
    if (why !== undefined) return { name: word.text, why, in: piece.in, at: piece.at }
  }
  return undefined
}

function isLink({ text }: Piece): boolean {
  return /\/\$ref\/?$/i.test(decodePercent(text))
}

function unexplained(reading: Reading, { touches }: Found): Doubt | undefined {
  const { index, marks, opaque, occurrences } = reading
  if (marks.everything || opaque) return undefined
  const meanings: Meaning[] = []
  for (const { word } of occurrences) {
    const meaning = meaningOf(index, word.text)
    if (meaning !== undefined) meanings.push(meaning)
  }
  for (const { endpoint, by } of touches) {
    if (explains(index, meanings, endpoint)) continue
    const [cause] = by
    const why = `no name of the request leads to ${endpoint}`
    return { name: endpoint, why, in: cause?.in ?? 'path', at: cause?.at ?? [0, 0] }
  }
  return undefined
}

function explains(index: NameIndex, meanings: readonly Meaning[], endpoint: string): boolean {
  const behind = endpoint.slice(endpoint.indexOf(' ') + 1)
  const slash = behind.indexOf('/')
  if (slash >= 0) return meanings.some(({ operations }) => operations.has(behind.slice(slash + 1)))
  return (
    index.unasked.has(behind) ||
    meanings.some(
      ({ sources, results, operations }) =>
        sources.has(behind) || results.has(behind) || operations.has(behind),
    )
  )
}

/** What the path of a changing request ends with; undefined for one that reads, and where it ends with no name. */
function endOfPath(
  { occurrences }: Reading,
  { method, rawTarget }: CheckedRequest,
  path: Piece,
): Occurrence | undefined {
  if (!changes(method, rawTarget)) return undefined
  return occurrences.findLast(({ word, piece }) => piece === path && word.outside)
}

function changes(method: string, rawTarget: string): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const path = decodePercent(rawTarget.split('?', 1)[0] ?? '')
  return !/^\/?\$batch|\/\$query\/?$/i.test(path)
}

/** What a method may turn out to change: properties, streams and references belong to an entity that is updated. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  POST: ['POST', 'PATCH'],
  PUT: ['PATCH'],
  PATCH: ['PATCH'],
  DELETE: ['DELETE', 'PATCH'],
}

type Changed = { readonly reached: Reached; readonly last: Occurrence | undefined }

/** What a request changes is what its path ends with: one of its possible targets has to be touched as changed. */
function missingChange(
  { index }: Reading,
  { method, rawTarget }: CheckedRequest,
  { reached, last }: Changed,
): Doubt | undefined {
  if (!changes(method, rawTarget) || reached.unknown) return undefined
  const meaning = last && meaningOf(index, last.word.text)
  const verbs = VERBS[method] ?? []
  for (const endpoint of reached.changed) {
    const [verb = '', behind = ''] = endpoint.split(' ')
    if (verbs.includes(verb) && (meaning === undefined || mayChange(meaning, behind))) return undefined
  }
  const why = `${method} is not among the touches of what it ends with`
  return {
    name: last?.word.text ?? rawTarget.slice(0, 60),
    why,
    in: 'path',
    at: last?.piece.at ?? [0, rawTarget.length],
  }
}

function mayChange({ isProperty, stays, sources, operations }: Meaning, behind: string): boolean {
  if (isProperty || stays || sources.has(behind)) return true
  return operations.has(behind.slice(behind.indexOf('/') + 1))
}
