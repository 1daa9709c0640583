import type { Found } from '#odata/touches.ts'
import { lastPart, type Meaning, type NameIndex } from './index-of-names.ts'
import type { Word } from './words.ts'

/** What makes the two readings differ. `at` counts characters of the raw text, bytes of a body. */
export type Doubt = {
  readonly name: string
  readonly why: string
  /** As in a cause: `path`, `$filter`, `@p`, `body`. */
  readonly in: string
  readonly at: readonly [number, number]
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly doubt: Doubt }

export const AGREED: Verdict = { ok: true }

/** What the analysis found, taken apart for look-ups. */
export type Reached = {
  readonly sources: ReadonlySet<string>
  /** Sources that something is read from. */
  readonly read: ReadonlySet<string>
  /** `PATCH Events`, and what else is changed or called. */
  readonly changed: ReadonlySet<string>
  /** `EM.Cancel` of `POST Events/EM.Cancel`; `TopAccounts`, which could be the name of a source as well. */
  readonly operations: ReadonlySet<string>
  /** Some of it nobody can know: then whoever has not everything is refused anyway. */
  readonly unknown: boolean
  readonly names: ReadonlySet<string>
}

export function reachedOf({ touches, unknownReach, names }: Found): Reached {
  const sources = new Set<string>()
  const read = new Set<string>()
  const changed = new Set<string>()
  const operations = new Set<string>()
  for (const { endpoint } of touches) {
    const space = endpoint.indexOf(' ')
    const slash = endpoint.indexOf('/', space)
    const source = endpoint.slice(space + 1, slash < 0 ? endpoint.length : slash)
    sources.add(source)
    operations.add(slash < 0 ? source : endpoint.slice(slash + 1))
    if (!endpoint.startsWith('GET ')) changed.add(endpoint)
    // Whoever calls what is bound to a set needs not read the set besides.
    if (slash >= 0 || endpoint.startsWith('GET ')) read.add(source)
  }
  return { sources, read, changed, operations, unknown: unknownReach.length > 0, names }
}

/** Words of OData that are no names, in the spelling that they have. */
const KEYWORDS = new Set(
  'eq ne gt ge lt le and or not in has add sub mul div divby mod asc desc null true false any all as with from min max sum average countdistinct filter groupby aggregate compute concat expand orderby top skip search rollup identity join nest year month day hour minute second date time now round floor ceiling length indexof substring contains startswith endswith tolower toupper trim replace cast isof case inf nan json xml application metadata minimal full none odata'.split(
    ' ',
  ),
)

/** The meaning of a word, be it qualified or not: what counts of `EM.Cancel` is its last part. */
export function meaningOf(index: NameIndex, word: string): Meaning | undefined {
  return (
    index.exact.get(word) ??
    (word.includes('.') && !index.types.has(word) ? index.exact.get(lastPart(word)) : undefined)
  )
}

/** How a word is used: read from, unless it is what the path of a changing request ends with. */
export type Use = { readonly word: Word; readonly changes: boolean }

/** Why a word puts the analysis in doubt; undefined where it does not. */
export function judge(index: NameIndex, reached: Reached, { word, changes }: Use): string | undefined {
  const { text } = word
  const meaning = meaningOf(index, text)
  if (meaning === undefined) return judgeSpelling(index, reached, text)
  if (!wasVisited(reached, text, meaning)) return 'a name of the service that the analysis did not come by'
  if (reached.unknown) return undefined
  const sources = changes ? reached.sources : reached.read
  if (word.first && meaning.isSource)
    return sources.has(text) ? undefined : 'a set that the analysis does not touch'
  if (meaning.isProperty || leadsTo(meaning, reached, sources)) return undefined
  return 'nothing that it may lead to is among the touches'
}

function judgeSpelling(index: NameIndex, { names }: Reached, text: string): string | undefined {
  if (
    index.types.has(text) ||
    KEYWORDS.has(text.toLowerCase()) ||
    !index.folded.has(lastPart(text).toLowerCase())
  )
    return undefined
  return names.has(text) ? undefined : 'a name of the service in another spelling, which was not understood'
}

/** Operations are noted qualified or not, as they were written or as they are called. */
function wasVisited({ names }: Reached, text: string, { operations }: Meaning): boolean {
  if (names.has(text) || names.has(lastPart(text))) return true
  for (const operation of operations) if (names.has(operation)) return true
  return false
}

function leadsTo(
  { stays, sources, operations, results }: Meaning,
  reached: Reached,
  touched: ReadonlySet<string>,
): boolean {
  if (stays && touched.size > 0) return true
  if (intersect(sources, touched)) return true
  return intersect(operations, reached.operations) && (results.size === 0 || intersect(results, reached.read))
}

export function intersect(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const one of some) if (others.has(one)) return true
  return false
}
