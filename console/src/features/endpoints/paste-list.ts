import type { EndpointIndex } from './endpoint-index.ts'

/** What a pasted list means. Places are positions in the index. */
export type Pasted = {
  readonly matched: readonly number[]
  /** Names that mean more than one endpoint. */
  readonly ambiguous: readonly { readonly text: string; readonly places: readonly number[] }[]
  /** As they were pasted, so that they can be looked for elsewhere. */
  readonly unknown: readonly string[]
}

type Lookup = {
  readonly byId: ReadonlyMap<string, readonly number[]>
  readonly byOperation: ReadonlyMap<string, readonly number[]>
  readonly byTitle: ReadonlyMap<string, readonly number[]>
  readonly byPath: ReadonlyMap<string, readonly number[]>
  readonly resources: ReadonlySet<string>
  readonly resourceOf: (place: number) => string
}

const METHOD_AND_PATH = /^(get|post|put|patch|delete)\s+(\S+)$/

/** Reads operation names, `Resource/Operation`, `GET /path`, ids and titles; bullets, numbers and quotes around them do not count. */
export function readPaste(text: string, index: EndpointIndex): Pasted {
  const lookup = lookupOf(index)
  const matched = new Set<number>()
  const ambiguous = new Map<string, readonly number[]>()
  const unknown = new Set<string>()
  for (const line of text.split(/[\n\r;]+/u)) {
    for (const { shown, places } of readLine(line, lookup)) {
      const [only] = places
      if (only === undefined) unknown.add(shown)
      else if (places.length === 1) matched.add(only)
      else ambiguous.set(shown, places)
    }
  }
  return {
    matched: [...matched].toSorted((one, other) => one - other),
    ambiguous: [...ambiguous].map(([shown, places]) => ({ text: shown, places })),
    unknown: [...unknown],
  }
}

type Found = { readonly shown: string; readonly places: readonly number[] }

function readLine(line: string, lookup: Lookup): readonly Found[] {
  const whole = clean(line)
  if (whole === '') return []
  const places = find(whole, lookup)
  if (places.length > 0) return [{ shown: whole, places }]
  const cells = whole
    .split(/[\t,|]+| {2,}/u)
    .map(clean)
    .filter(Boolean)
  // A table of two columns, resource and operation, is how partners publish what they need.
  const [first = '', second = '', ...more] = cells
  if (more.length === 0 && second !== '' && lookup.resources.has(first.toLowerCase())) {
    const pair = find(`${first}/${second}`, lookup)
    if (pair.length > 0) return [{ shown: `${first}/${second}`, places: pair }]
  }
  if (cells.length < 2) return pairOfWords(whole, lookup)
  return cells.map((cell) => ({ shown: cell, places: find(cell, lookup) }))
}

/** `Bookings GetBookingList`, with one space between. */
function pairOfWords(whole: string, lookup: Lookup): readonly Found[] {
  const [resource = '', operation = '', ...more] = whole.split(/\s+/u)
  const places =
    more.length === 0 && operation !== '' && lookup.resources.has(resource.toLowerCase())
      ? find(`${resource}/${operation}`, lookup)
      : []
  return [{ shown: whole, places }]
}

/** Without what stands around a name in a list, in whatever order it stands there. */
function clean(text: string): string {
  const cleaned = text
    .trim()
    .replace(/^(?:[-*•·–—+◦▪‣☐☑✓|]|\d+[.)]|\[[ x]?\])\s*/iu, '')
    .replace(/\s*\((?:optional|required)\)\s*$/iu, '')
    .replace(/\s*[*,|]+$/u, '')
    .replace(/^["'`“”‘’]+|["'`“”‘’]+$/gu, '')
    .trim()
  return cleaned === text ? cleaned : clean(cleaned)
}

function find(text: string, lookup: Lookup): readonly number[] {
  const folded = text.toLowerCase()
  const byId = lookup.byId.get(folded)
  if (byId) return byId
  const call = METHOD_AND_PATH.exec(folded)
  if (call) return lookup.byPath.get(`${call[1]} ${pathShape(call[2] ?? '')}`) ?? []
  const named = lookup.byOperation.get(folded) ?? lookup.byTitle.get(folded)
  if (named) return named
  const [resource = '', operation = '', ...more] = folded.split(/\s*[/.]\s*/u)
  if (operation === '' || more.length > 0) return []
  return (lookup.byOperation.get(operation) ?? []).filter((place) => lookup.resourceOf(place) === resource)
}

const lookups = new WeakMap<EndpointIndex, Lookup>()

/** Made once, not at every letter. */
function lookupOf(index: EndpointIndex): Lookup {
  const known = lookups.get(index)
  if (known) return known
  const lookup = toLookup(index)
  lookups.set(index, lookup)
  return lookup
}

function toLookup({ endpoints }: EndpointIndex): Lookup {
  const byId = new Map<string, number[]>()
  const byOperation = new Map<string, number[]>()
  const byTitle = new Map<string, number[]>()
  const byPath = new Map<string, number[]>()
  endpoints.forEach(({ id, operation, title, method, path }, place) => {
    note(byId, id, place)
    note(byOperation, operation, place)
    note(byTitle, title, place)
    for (const suffix of suffixes(pathShape(path.toLowerCase()))) note(byPath, `${method} ${suffix}`, place)
  })
  return {
    byId,
    byOperation,
    byTitle,
    byPath,
    resources: new Set(endpoints.map(({ resource }) => resource.toLowerCase())),
    resourceOf: (place) => endpoints[place]?.resource.toLowerCase() ?? '',
  }
}

function note(map: Map<string, number[]>, key: string, place: number): void {
  const folded = key.toLowerCase()
  const places = map.get(folded)
  if (places) places.push(place)
  else map.set(folded, [place])
}

/** A path without what differs between documents: host, version in front, parameter names, query, slash at the end. */
function pathShape(path: string): string {
  return path
    .replace(/^https?:\/\/[^/]*/u, '')
    .replace(/^\/api\/v\d+(?=\/)/u, '')
    .replace(/\?.*$/u, '')
    .replaceAll(/\{[^}]*\}/gu, '{}')
    .replaceAll(/(?<=\/):[^/]+/gu, '{}')
    .replace(/(?<=.)\/+$/u, '')
}

/** Partners leave out what stands before: `/enterprise/connect/api/Events/{}` is also `/Events/{}`. */
function suffixes(path: string): readonly string[] {
  const starts = Array.from(path.matchAll(/\//gu), ({ index }) => index)
  return starts.map((start) => path.slice(start)).filter((suffix) => !suffix.startsWith('/{}'))
}
