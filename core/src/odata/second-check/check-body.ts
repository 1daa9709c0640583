import type { Model } from '#odata/model.ts'
import type { Found } from '#odata/touches.ts'
import { decodePercent, plainLetters, withoutRoot } from './decode.ts'
import { indexOf, type NameIndex } from './index-of-names.ts'
import { type JsonString, jsonStrings, textOfBytes } from './json-words.ts'
import { AGREED, type Doubt, judge, type Reached, reachedOf, type Verdict } from './judge.ts'
import { type Place, scanWords, type Word } from './words.ts'

export type CheckedBody = {
  readonly bytes: Uint8Array
  /** Path of the service, as absolute addresses have it before the path that counts. */
  readonly mount?: string | undefined
}

/** Members whose values are addresses. */
const LINK = /@(?:odata\.)?(?:bind|id|readLink|editLink|navigationLink|associationLink)$/i

/** What of a text is compared with which analysis. */
export type Comparison = {
  readonly index: NameIndex
  readonly reached: Reached
  readonly mount: string
}

/**
 * Compares what an analysis has found in a JSON body, or in it and the address together, with a second reading: each name
 * of a member, unescaped, and each address that links. Whether every touch has its words is not asked.
 */
export function secondCheckBody(model: Model, { bytes, mount = '' }: CheckedBody, found: Found): Verdict {
  const comparison = { index: indexOf(model), reached: reachedOf(found), mount }
  const doubt = doubtInJson(comparison, textOfBytes(bytes))
  return doubt === undefined ? AGREED : doubted(doubt)
}

/** The first string of a JSON text that puts the analysis in doubt. `own` are names of the envelope of a batch. */
export function doubtInJson(
  comparison: Comparison,
  text: string,
  own: ReadonlySet<string> = NONE,
): Doubt | undefined {
  for (const string of jsonStrings(text)) {
    const doubt = doubtInString(comparison, string, own)
    if (doubt !== undefined) return doubt
  }
  return undefined
}

const NONE: ReadonlySet<string> = new Set()

function doubtInString(
  comparison: Comparison,
  string: JsonString,
  own: ReadonlySet<string>,
): Doubt | undefined {
  if (string.isName) return doubtfulName(comparison, string, own)
  const isAddress = LINK.test(string.of) || (own.has('url') && /^url$/i.test(string.of))
  return isAddress ? doubtInAddress(comparison, string) : undefined
}

/** A member's name: what stands before `@` is a property. */
function doubtfulName(
  { index, reached }: Comparison,
  { text, at }: JsonString,
  own: ReadonlySet<string>,
): Doubt | undefined {
  const [name = ''] = plainLetters(text).trim().split('@', 1)
  if (name === '' || own.has(name)) return undefined
  const word: Word = { text: name, first: false, outside: true }
  // What a body names is read from or changed: linked, made, updated.
  const why = judge(index, reached, { word, changes: true })
  return why === undefined ? undefined : { name, why, in: 'body', at }
}

type Address = { readonly text: string; readonly at: readonly [number, number] }

/** An address in a body: its path, and whatever query it has. */
export function doubtInAddress(comparison: Comparison, { text, at }: Address): Doubt | undefined {
  return doubtInReadings(
    comparison,
    { text: withoutRoot(decodePercent(text), comparison.mount), at },
    (each, place) => {
      const mark = each.indexOf('?')
      scanWords(mark < 0 ? each : each.slice(0, mark), { ...place, path: true })
      if (mark >= 0) scanOptions(each.slice(mark + 1), place)
    },
  )
}

/** The options of a query that stand in a body. */
export function doubtInQuery(comparison: Comparison, { text, at }: Address): Doubt | undefined {
  return doubtInReadings(comparison, { text: decodePercent(text), at }, scanOptions)
}

/** Reads a text as it is, and once more decoded again if that changes it. */
function doubtInReadings(
  { index, reached }: Comparison,
  { text, at }: Address,
  scan: (text: string, place: Place) => void,
): Doubt | undefined {
  const words: Word[] = []
  const marks = { everything: false, aliases: new Set<string>() }
  const place = { path: false, shapes: index.shapes, marks, found: (word: Word) => void words.push(word) }
  scan(plainLetters(text), place)
  if (text.includes('%')) scan(plainLetters(decodePercent(text)), place)
  for (const word of words) {
    const why = marks.aliases.has(word.text) ? undefined : judge(index, reached, { word, changes: true })
    if (why !== undefined) return { name: word.text, why, in: 'body', at }
  }
  return undefined
}

function scanOptions(text: string, place: Place): void {
  for (const option of text.split('&')) {
    const [name = ''] = option.split('=', 1)
    const value = option.slice(name.length + 1)
    const isToken = /^\s*\$?(?:skip|delta)token\s*$/i.test(name) && /^[\w.~-]*$/.test(value)
    const isSearch = /^\s*\$?search\s*$/i.test(name) && /^[^?#=$;%/]*$/.test(value)
    if (!isToken && !isSearch) scanWords(value, { ...place, path: false })
  }
}

export function doubted(doubt: Doubt): Verdict {
  return { ok: false, doubt }
}
