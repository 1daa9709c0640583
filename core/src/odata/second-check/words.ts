import { shapeOf } from './index-of-names.ts'

/** A word of a text that may be a name of the model. */
export type Word = {
  readonly text: string
  /** It stands where the name of a set, a singleton or an import stands: first in a path, behind `$root/`. */
  readonly first: boolean
  /** Not inside of parentheses. */
  readonly outside: boolean
}

/** What is found in a text besides words. */
export type Marks = {
  /** `*`, `$all`, a reference to another request: they reach what they do not name. */
  everything: boolean
  /** Names that the text gives to values of its own, by `as`. */
  readonly aliases: Set<string>
}

export type Place = {
  /** The text is a path, so that its first segment names a source. */
  readonly path: boolean
  /** Words of other shapes are passed over. */
  readonly shapes: Uint8Array
  readonly marks: Marks
  readonly found: (word: Word) => void
}

const GUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/iy
const NUMBER = /\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?|[\d:.]+(?:e[+-]?\d+)?/iy
const LAMBDA = /\s*([\p{L}_][\p{L}\p{N}_]*)\s*:/uy
const OPTION = /[&?;#]\s*\$?[a-z]{2,20}\s*=/i
const SEARCHED = /=[^&?#=$/%;'()]*(?=[;)])/uy
const SYSTEM = new Set(
  'count value ref filter each query it this expand select orderby top skip search compute apply levels format id batch metadata entity index schemaversion skiptoken deltatoken'.split(
    ' ',
  ),
)

type Scan = {
  readonly text: string
  readonly place: Place
  at: number
  /** Per open parenthesis the variable that it binds; empty where it binds none. */
  readonly open: string[]
  /** How many of the open parentheses bind a variable of this name. */
  readonly bound: Map<string, number>
  /** What stood before: a word, or a sign. */
  before: string
  /** Names of sources are expected inside of the innermost parentheses. */
  joins: number
  segments: number
}

/**
 * Finds every word outside of literals. Of two readings it takes the one that finds more: a quote that is not closed
 * opens nothing, and a literal that holds something like `&$expand=` is read as well.
 */
export function scanWords(text: string, place: Place): void {
  const scan: Scan = { text, place, at: 0, open: [], bound: new Map(), before: '', joins: 0, segments: 0 }
  while (scan.at < text.length) {
    const code = text.charCodeAt(scan.at)
    if (isLetter(code)) readWord(scan, code)
    else if (code >= 0x30 && code <= 0x39) readNumber(scan)
    else readSign(scan, code)
  }
}

function readSign(scan: Scan, code: number): void {
  const { text, place } = scan
  switch (code) {
    case 0x27: // '
      return readLiteral(scan)
    case 0x24: // $
      return readSystemWord(scan)
    case 0x28: // (
      return openParenthesis(scan)
    case 0x29: // )
      unbind(scan, scan.open.pop() ?? '')
      if (scan.open.length < scan.joins) scan.joins = 0
      break
    case 0x2a: // *
      place.marks.everything = true
      break
    case 0x2f: // /
      if (scan.at > 0) scan.segments += 1
      break
    case 0x3d: // =
      if (/^search$/i.test(text.slice(scan.at - 6, scan.at))) return skipSearched(scan)
      break
    case 0x20: // blanks do not come between two words
    case 0x09:
      scan.at += 1
      return
  }
  scan.before = text[scan.at] ?? ''
  scan.at += 1
}

function openParenthesis(scan: Scan): void {
  const { text, before } = scan
  scan.at += 1
  let variable = ''
  if (/^(?:any|all)$/i.test(before)) {
    LAMBDA.lastIndex = scan.at
    const match = LAMBDA.exec(text)
    if (match) {
      variable = match[1] ?? ''
      scan.at = LAMBDA.lastIndex
    }
  }
  scan.open.push(variable)
  if (variable !== '') scan.bound.set(variable, (scan.bound.get(variable) ?? 0) + 1)
  if (before === '$crossjoin') scan.joins = scan.open.length
  scan.before = '('
}

/** What is searched for inside of `$expand`: words without a meaning, unless they hold something that could have one. */
function skipSearched(scan: Scan): void {
  SEARCHED.lastIndex = scan.at
  const end = SEARCHED.test(scan.text) ? SEARCHED.lastIndex : scan.at + 1
  scan.before = '='
  scan.at = end
}

function unbind({ bound }: Scan, variable: string): void {
  const left = (bound.get(variable) ?? 0) - 1
  if (left > 0) bound.set(variable, left)
  else bound.delete(variable)
}

/** `'it''s'`: dropped where it is closed and holds nothing that could be an option. */
function readLiteral(scan: Scan): void {
  const { text, place } = scan
  let end = scan.at + 1
  for (;;) {
    end = text.indexOf("'", end)
    if (end < 0 || text[end + 1] !== "'") break
    end += 2
  }
  if (end < 0) {
    scan.at += 1
    return
  }
  const inside = text.slice(scan.at + 1, end)
  if (OPTION.test(inside)) scanWords(inside.replaceAll("'", ' '), { ...place, path: false })
  scan.at = end + 1
  scan.before = "'"
}

function readSystemWord(scan: Scan): void {
  const { text, place } = scan
  let end = scan.at + 1
  while (end < text.length && isWordCode(text.charCodeAt(end))) end += 1
  const name = text.slice(scan.at + 1, end).toLowerCase()
  const atStart = place.path && scan.segments === 0 && scan.open.length === 0
  if (name === 'all' || (atStart && name !== 'crossjoin' && !SYSTEM.has(name))) place.marks.everything = true
  if (name === 'root' || name === 'crossjoin' || SYSTEM.has(name)) {
    scan.before = `$${name}`
    scan.at = end
  } else {
    // What follows a `$` that means nothing is a word for whoever overlooks the sign.
    scan.before = '$'
    scan.at += 1
  }
}

function readNumber(scan: Scan): void {
  const { text } = scan
  scan.at = matchAt(GUID, text, scan.at) ?? matchAt(NUMBER, text, scan.at) ?? scan.at + 1
  scan.before = '0'
}

function readWord(scan: Scan, letter: number): void {
  const { text, open, bound, place } = scan
  const guid = letter < 0x67 && text[scan.at + 8] === '-' ? matchAt(GUID, text, scan.at) : undefined
  if (guid !== undefined) {
    scan.at = guid
    scan.before = '0'
    return
  }
  const start = scan.at
  let end = start + 1
  let part = start
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end)
    if (!isWordCode(code)) break
    if (code === 0x2e) part = end + 1
  }
  scan.at = end
  // Short ones may be `as`, `any` and `all`.
  const shape = shapeOf(text.charCodeAt(part), end - part)
  if (end - start > 3 && place.shapes[shape] === 0 && text.charCodeAt(part) < 0x80) {
    scan.before = 'a'
    return
  }
  const word = text.slice(start, end)
  const before = scan.before
  scan.before = word
  const joined = text.charCodeAt(start - 1)
  if (joined === 0x40) return // @p
  if (joined !== 0x2f && bound.has(word)) return // a variable of a lambda
  if (text.charCodeAt(end) === 0x27) return // duration'..'
  if (isBlank(joined) && /^as$/i.test(before)) {
    place.marks.aliases.add(word)
    return
  }
  if (open.length > 0 && isAssigned(text, end)) return // a key, a parameter, an option of $expand
  const begins = place.path && scan.segments === 0 && open.length === 0
  const behindRoot = joined === 0x2f && /^\$root\/$/i.test(text.slice(start - 6, start))
  place.found({ text: word, first: begins || behindRoot || scan.joins > 0, outside: open.length === 0 })
}

function isAssigned(text: string, from: number): boolean {
  let at = from
  while (isBlank(text.charCodeAt(at))) at += 1
  return text.charCodeAt(at) === 0x3d
}

function matchAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code > 0x7f
}

function isWordCode(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x2e
}
