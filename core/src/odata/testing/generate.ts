import { type Dice, pick, seldom } from './dice.ts'
import { writeCondition } from './expressions.ts'
import { keyValue, writeOptions } from './options.ts'
import { type At, atSource, boundTo, callAt, derivedOf, inside, lead, membersOf } from './reach.ts'
import { writeSystemRequest } from './system-requests.ts'
import type { Wording } from './wording.ts'
import { FUNCTIONS, SOURCES } from './world.ts'
import { parameters, qualified, reach, type Writing } from './writing.ts'

/** A request, and what it reaches: known because of how it was made, not because it was read. */
export type Generated = {
  readonly method: string
  readonly text: string
  readonly ifMatch: boolean
  /** Exactly the endpoints that it touches, sorted. */
  readonly touches: readonly string[]
}

type Path = {
  readonly writing: Writing
  readonly inQuery: Wording
  readonly touches: Set<string>
  readonly aliases: Map<string, string>
  /** `function` parameters and keys stay in the dialect that was chosen first. */
  readonly keyAsSegment: boolean
  text: string
  at: At
  /** Whether a navigation property led here. */
  navigated: boolean
}

/** Writes a request to the small service. */
export function generateRequest(dice: Dice, words: Wording): Generated {
  const touches = new Set<string>()
  const aliases = new Map<string, string>()
  const alias = (value: string) => {
    const name = `p${aliases.size + 1}`
    aliases.set(name, value)
    return name
  }
  const touch = (endpoint: string) => void touches.add(endpoint)
  const writing: Writing = { dice, words, touch, names: [], alias }
  // Names are never encoded in a path: the gateway refuses that.
  const inPath: Writing = { ...writing, words: { ...words, name: (text) => text } }
  if (seldom(dice, 12)) {
    const { method, text, options } = writeSystemRequest(inPath)
    const query = queryOf([...options, ...aliasOptions(words, aliases)])
    return { method, text: `${text}${query}`, ifMatch: false, touches: [...touches].toSorted() }
  }
  const start = startPath(inPath)
  const path: Path = {
    writing: inPath,
    inQuery: words,
    touches,
    aliases,
    keyAsSegment: seldom(dice, 6),
    navigated: false,
    ...start,
  }
  const end = followPath(path)
  const { method, ifMatch, options } = finish({ ...path, writing }, end)
  const parts = [...options, ...aliasOptions(words, aliases)]
  if (parts.length > 0 && end.kind !== 'count' && method !== 'DELETE' && seldom(dice, 8)) {
    parts.push(`${words.option('$format')}=json`)
  }
  const query = queryOf(parts)
  return { method, text: `${path.text}${query}`, ifMatch, touches: [...touches].toSorted() }
}

function aliasOptions(words: Wording, aliases: ReadonlyMap<string, string>): readonly string[] {
  return [...aliases].map(([name, value]) => `${words.at()}${name}=${value}`)
}

function queryOf(parts: readonly string[]): string {
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

function startPath(writing: Writing): { text: string; at: At } {
  const { dice, words } = writing
  if (seldom(dice, 8)) {
    const each = FUNCTIONS['TopAccounts']
    if (!each) throw new Error('The small service has lost a function')
    const call = callAt(undefined, 'TopAccounts', each)
    for (const endpoint of call.touches) writing.touch(endpoint)
    const at = call.result ?? atSource('Accounts')
    return { text: `/${words.name('TopAccounts')}${parameters(writing, each.parameters)}`, at }
  }
  const name = pick(dice, Object.keys(SOURCES))
  return { text: `/${words.name(name)}`, at: atSource(name) }
}

type End =
  | { readonly kind: 'entities' }
  | { readonly kind: 'property' }
  | { readonly kind: 'count' | 'ref' | 'raw' }
  | { readonly kind: 'called'; readonly result: At | undefined; readonly action: boolean }

/** Steps of the path, each one read on the way to the next. */
function followPath(path: Path): End {
  const { dice } = path.writing
  for (let step = 0; step < 4 && !seldom(dice, 3); step += 1) {
    const end = path.at.collection ? fromCollection(path) : fromSingle(path)
    if (end) return end
  }
  return { kind: 'entities' }
}

function fromCollection(path: Path): End | undefined {
  const { writing, at } = path
  const { dice, words } = writing
  const isEntity = membersOf(at.type).key.length > 0
  const choice = dice(9)
  if (choice === 7) {
    reach(writing, at)
    path.text += '/$count'
    return { kind: 'count' }
  }
  if (choice === 8) return bound(path)
  if (!isEntity) return { kind: 'property' }
  if (choice === 6 && seldom(dice, 2)) {
    reach(writing, at)
    const inner = { ...writing, names: [['', { ...at, collection: false }] as const], alias: undefined }
    const condition = writeCondition({ ...inner, words: path.inQuery }, 1)
    // A "/" would end the segment.
    const written =
      writing.alias && /[/%]/.test(condition) ? `${words.at()}${writing.alias(condition)}` : condition
    path.text += `/$filter${words.open()}${written}${words.close()}`
    return undefined
  }
  if (choice === 5) return cast(path)
  path.text += writeKey(path)
  path.at = { ...at, collection: false }
  return undefined
}

function fromSingle(path: Path): End | undefined {
  const { writing, at } = path
  const { dice, words } = writing
  const { navigation, complex, primitives } = membersOf(at.type)
  const choice = dice(8)
  if (choice === 5) return bound(path)
  if (choice === 6) return cast(path)
  if (choice === 4 && complex.length > 0) {
    const [name, of] = pick(dice, complex)
    path.text += `/${words.name(name)}`
    path.at = inside(at, name, of)
    return undefined
  }
  if (choice === 7) {
    const [name, kind] = pick(dice, primitives)
    const raw = kind !== 'stream' && seldom(dice, 3)
    reach(writing, at)
    path.text += `/${words.name(name)}${raw ? '/$value' : ''}`
    return { kind: raw ? 'raw' : 'property' }
  }
  if (navigation.length === 0) return { kind: 'entities' }
  const [name, to] = pick(dice, navigation)
  reach(writing, at)
  path.text += `/${words.name(name)}`
  path.at = lead(at, name, to)
  path.navigated = true
  if (!seldom(dice, 8)) return undefined
  reach(writing, path.at)
  path.text += '/$ref'
  return { kind: 'ref' }
}

function cast(path: Path): End | undefined {
  const derived = derivedOf(path.at.type)
  if (derived.length === 0) return undefined
  const type = pick(path.writing.dice, derived)
  path.text += `/${qualified(path.writing, type)}`
  path.at = { ...path.at, type }
  return undefined
}

function bound(path: Path): End | undefined {
  const { writing, at } = path
  const operations = boundTo(at)
  if (operations.length === 0) return undefined
  const [name, each] = pick(writing.dice, operations)
  // The operation's own endpoint says what it is bound to: that is not read besides, unless it was navigated to.
  if (path.navigated) reach(writing, at)
  const call = callAt(at, name, each)
  for (const endpoint of call.touches) writing.touch(endpoint)
  path.text += `/${qualified(writing, name)}${each.action ? '' : parameters(writing, each.parameters)}`
  if (each.action || !call.result || seldom(writing.dice, 2)) {
    return { kind: 'called', result: call.result, action: each.action ?? false }
  }
  path.at = call.result
  return undefined
}

function writeKey(path: Path): string {
  const { writing, at, keyAsSegment } = path
  const { dice, words } = writing
  const { key } = membersOf(at.type)
  const [first] = key
  if (keyAsSegment)
    return key.map(([, kind]) => `/${kind === 'number' ? pick(dice, ['1', '42']) : 'K7'}`).join('')
  const value = (kind: 'number' | 'text') => {
    const text = keyValue(writing, kind)
    return writing.alias && seldom(dice, 12) ? `${words.at()}${writing.alias(text)}` : text
  }
  if (key.length === 1 && first && !seldom(dice, 3))
    return `${words.open()}${value(first[1])}${words.close()}`
  const pairs = key.map(([name, kind]) => `${words.name(name)}=${value(kind)}`)
  return `${words.open()}${pairs.join(words.comma())}${words.close()}`
}

type Finished = { readonly method: string; readonly ifMatch: boolean; readonly options: readonly string[] }

function finish(path: Path, end: End): Finished {
  const { writing, at } = path
  const { dice } = writing
  const read = (options: readonly string[] = []): Finished => {
    reach(writing, at)
    return { method: seldom(dice, 12) ? 'HEAD' : 'GET', ifMatch: false, options }
  }
  if (end.kind === 'called') {
    const options = end.result ? optionsAt(writing, end.result) : []
    return { method: end.action ? 'POST' : 'GET', ifMatch: false, options }
  }
  if (end.kind !== 'entities') return read()
  const isEntity = membersOf(at.type).key.length > 0
  if (!isEntity || seldom(dice, 2)) return read(isEntity ? optionsAt(writing, at) : [])
  return modify(path)
}

function optionsAt(writing: Writing, at: At): readonly string[] {
  return writeOptions({ ...writing, names: [['', { ...at, collection: false }]] }, at, 2)
}

function modify(path: Path): Finished {
  const { writing, at } = path
  const { dice } = writing
  // Only the plain paths: those through a filter, a function or a cast have rules of their own.
  if (/\$|TopAccounts|EM\.|E\./i.test(path.text) || /%/.test(path.text)) {
    reach(writing, at)
    return { method: 'GET', ifMatch: false, options: optionsAt(writing, at) }
  }
  const touch = (verb: string) => {
    // Nothing is inserted into a singleton.
    const sets = at.sets.filter((set) => verb !== 'POST' || SOURCES[set]?.kind === 'set')
    for (const set of sets) writing.touch(`${verb} ${set}`)
  }
  if (at.collection) {
    touch('POST')
    return { method: 'POST', ifMatch: false, options: [] }
  }
  const method = pick(dice, ['PATCH', 'PUT', 'DELETE'])
  const ifMatch = seldom(dice, 2)
  touch(method === 'DELETE' ? 'DELETE' : 'PATCH')
  if (method !== 'DELETE' && !ifMatch) touch('POST')
  return { method, ifMatch, options: [] }
}
