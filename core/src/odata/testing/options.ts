import { type Dice, pick, seldom } from './dice.ts'
import { writeCondition, writeValue } from './expressions.ts'
import { type At, derivedOf, inside, lead, membersOf } from './reach.ts'
import type { WorldNavigation } from './world.ts'
import { qualified, reach, type Writing } from './writing.ts'

/** Query options for the entities at a place, without the separators between them. */
export function writeOptions(writing: Writing, at: At, depth: number): readonly string[] {
  const { dice, words } = writing
  if (at.collection && seldom(dice, 8)) return [`${words.option('$apply')}=${apply(writing, at)}`]
  const options: string[] = []
  const add = (often: number, name: string, value: () => string) => {
    if (dice(10) < often) options.push(`${words.option(name)}=${value()}`)
  }
  add(4, '$expand', () => writeExpand(writing, at, depth))
  add(3, '$select', () => select(writing, at))
  if (seldom(dice, 6)) {
    const alias = pick(dice, ALIASES)
    options.push(
      `${words.option('$compute')}=${writeValue(writing, 'number', 1)}${words.space()}${words.keyword('as')}${words.space()}${alias}`,
    )
  }
  if (at.collection) {
    add(5, '$filter', () => writeCondition(writing, 2))
    add(3, '$orderby', () => orderby(writing))
    add(2, '$top', () => String(dice(100)))
    add(2, '$skip', () => String(dice(100)))
    add(2, '$count', () => pick(dice, ['true', 'false']))
  }
  return shuffled(dice, options)
}

export const ALIASES = ['A1', 'Total', 'Of_it'] as const

function shuffled<T>(dice: Dice, items: readonly T[]): readonly T[] {
  const rest = [...items]
  const mixed: T[] = []
  while (rest.length > 0) mixed.push(...rest.splice(dice(rest.length), 1))
  return mixed
}

function orderby(writing: Writing): string {
  const { dice, words } = writing
  const items = Array.from({ length: 1 + dice(2) }, () => {
    const value = writeValue(writing, pick(dice, ['number', 'text', 'instant']), 1)
    return seldom(dice, 2) ? `${value}${words.space()}${words.keyword(pick(dice, ['asc', 'desc']))}` : value
  })
  return items.join(words.comma())
}

/** Items of `$expand`, nested up to a depth. */
export function writeExpand(writing: Writing, at: At, depth: number): string {
  const { dice, words } = writing
  const items = [...new Set(Array.from({ length: 1 + dice(2) }, () => dice(7)))].map((choice) => {
    if (choice === 6) return expandStar(writing, at)
    return expandItem(writing, at, depth)
  })
  return distinct(items).join(words.comma())
}

/** A navigation property may be expanded once only: the first one of a name stays. */
function distinct(
  items: readonly { readonly path: string; readonly write: () => string }[],
): readonly string[] {
  const seen = new Set<string>()
  return items.filter(({ path }) => !seen.has(path) && seen.add(path)).map(({ write }) => write())
}

function expandStar(writing: Writing, at: At): { path: string; write: () => string } {
  const { words, dice } = writing
  return {
    path: '*',
    write: () => {
      // Entities of derived types come along with theirs.
      for (const type of [at.type, ...derivedOf(at.type)]) {
        for (const [name, to] of membersOf(type).navigation) reach(writing, lead(at, name, to))
      }
      return `${words.star()}${seldom(dice, 3) ? '/$ref' : ''}`
    },
  }
}

function expandItem(writing: Writing, at: At, depth: number): { path: string; write: () => string } {
  const { dice, words } = writing
  let from = at
  let prefix = ''
  const derived = derivedOf(at.type)
  if (derived.length > 0 && seldom(dice, 3)) {
    from = { ...from, type: pick(dice, derived) }
    prefix = `${qualified(writing, from.type)}/`
  }
  const { complex, navigation } = membersOf(from.type)
  const through = complex.length > 0 && seldom(dice, 4)
  if (through) {
    const [name, of] = pick(dice, complex)
    from = inside(from, name, of)
    prefix += `${words.name(name)}/`
  }
  const ways = through ? membersOf(from.type).navigation : navigation
  if (ways.length === 0) return expandStar(writing, at)
  const [name, to] = pick(dice, ways)
  const target = lead(from, name, to)
  return {
    path: [...from.steps, name].join('/'),
    write: () => {
      reach(writing, target)
      const again = membersOf(target.type).navigation.find(
        ([each, next]) => each === name && next.type === target.type,
      )
      return `${prefix}${words.name(name)}${expandTail(writing, { target, again }, depth)}`
    },
  }
}

function expandTail(outer: Writing, to: Target, depth: number): string {
  const { target, again } = to
  const { dice, words } = outer
  const cast =
    derivedOf(target.type).length > 0 && seldom(dice, 5) ? pick(dice, derivedOf(target.type)) : undefined
  const levels = again && !cast && seldom(dice, 3) ? pick(dice, ['1', '2', '3', 'max']) : undefined
  const shown = again && levels ? { ...target, sets: setsOfLevels(outer, target, again, levels) } : target
  const at = cast ? { ...shown, type: cast } : shown
  const head = cast ? `/${qualified(outer, cast)}` : ''
  const writing: Writing = { ...outer, names: [['', { ...at, collection: false }]], alias: undefined }
  const filter = () => `${words.option('$filter')}=${writeCondition(writing, 1)}`
  const choice = dice(6)
  if (choice === 5 && !levels) return `${head}/$ref`
  if (choice === 4 && target.collection && !levels) {
    return seldom(dice, 2) ? `${head}/$count${words.open()}${filter()}${words.close()}` : `${head}/$count`
  }
  const options = [...(depth > 0 && choice < 3 ? writeOptions(writing, at, depth - 1) : [])]
  if (levels) options.push(`${words.option('$levels')}=${levels}`)
  if (options.length === 0) return head
  return `${head}${words.open()}${options.join(words.semicolon())}${words.close()}`
}

/** Where an item leads, and the property that leads on from there where it is the same one. */
type Target = { readonly target: At; readonly again: readonly [string, WorldNavigation] | undefined }

/** The sets of all levels: what stands in the item's options is said about each of them. */
function setsOfLevels(
  writing: Writing,
  target: At,
  [name, to]: readonly [string, WorldNavigation],
  levels: string,
): readonly string[] {
  const sets = new Set(target.sets)
  let at = target
  // Six is the gateway's most.
  for (let level = 2; level <= (levels === 'max' ? 6 : Number(levels)); level += 1) {
    at = lead(at, name, to)
    reach(writing, at)
    for (const set of at.sets) sets.add(set)
  }
  return [...sets]
}

function select(writing: Writing, at: At): string {
  const { dice, words } = writing
  const items = new Map<string, () => string>()
  for (let item = 0; item < 1 + dice(3); item += 1) {
    const { primitives, key, texts, complex, navigation } = membersOf(at.type)
    // The grammar does not know streams here.
    const plain = [...primitives.filter(([, kind]) => kind !== 'stream'), ...key].map(([name]) => name)
    const choice = dice(6)
    if (choice === 0) items.set('*', () => words.star())
    else if (choice === 1 && navigation.length > 0) {
      const [name, to] = pick(dice, navigation)
      items.set(name, () => {
        reach(writing, lead(at, name, to))
        return words.name(name)
      })
    } else if (choice === 2 && complex.length > 0) {
      const [name] = pick(dice, complex)
      items.set(name, () => `${words.name(name)}/${words.name(pick(dice, ['Street', 'City']))}`)
    } else {
      const name = pick(dice, [...plain, ...texts])
      items.set(name, () => words.name(name))
    }
  }
  return [...items.values()].map((write) => write()).join(words.comma())
}

/** Transformations of `$apply`: filter, orderby, groupby, aggregate, compute, top, skip, concat. */
function apply(writing: Writing, at: At): string {
  const { dice, words } = writing
  const steps: string[] = []
  const group = (...inner: readonly string[]) => `${words.open()}${inner.join(words.comma())}${words.close()}`
  if (seldom(dice, 2)) steps.push(`filter${group(writeCondition(writing, 1))}`)
  if (seldom(dice, 4)) steps.push(`orderby${group(orderby(writing))}`)
  if (seldom(dice, 4)) {
    steps.push(
      `compute${group(`${writeValue(writing, 'number', 1)}${words.space()}as${words.space()}Total`)}`,
    )
  }
  const aggregate = () => `aggregate${group(aggregateItem(writing, at))}`
  steps.push(
    pick(dice, [
      aggregate,
      () => `groupby${group(group(groupingPath(writing, at)))}`,
      () => `groupby${group(group(groupingPath(writing, at)), aggregate())}`,
      () => `concat${group(aggregate(), `top${group(String(dice(9)))}`)}`,
    ])(),
  )
  if (seldom(dice, 3)) steps.push(`${pick(dice, ['top', 'skip'])}${group(String(dice(50)))}`)
  return steps.join('/')
}

function aggregateItem(writing: Writing, at: At): string {
  const { dice, words } = writing
  const as = `${words.space()}as${words.space()}A1`
  if (seldom(dice, 3)) return `$count${as}`
  const methods = ['sum', 'min', 'max', 'average', 'countdistinct']
  return `${groupingPath(writing, at)}${words.space()}with${words.space()}${pick(dice, methods)}${as}`
}

function groupingPath(writing: Writing, at: At): string {
  const { dice, words } = writing
  const single = membersOf(at.type).navigation.filter(([, to]) => !to.collection)
  if (single.length > 0 && seldom(dice, 2)) {
    const [name, to] = pick(dice, single)
    const target = lead(at, name, to)
    reach(writing, target)
    return `${words.name(name)}/${words.name(pick(dice, plainProperties(target.type)))}`
  }
  return words.name(pick(dice, plainProperties(at.type)))
}

function plainProperties(type: string): readonly string[] {
  const { primitives, key } = membersOf(type)
  return [...primitives.filter(([, kind]) => kind !== 'stream'), ...key].map(([name]) => name)
}

export function keyValue(writing: Pick<Writing, 'dice' | 'words'>, kind: 'number' | 'text'): string {
  const { dice, words } = writing
  // Without "/" and "%", which no path may hold, encoded or not.
  return kind === 'number'
    ? pick(dice, ['1', '42', '7'])
    : words.string(pick(dice, ['x', "O'Neil", 'a&b=c', 'caf\u00e9', ')']))
}
