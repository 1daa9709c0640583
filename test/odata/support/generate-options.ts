import { type EntityType, type Navigation, typeOf } from '../../../sandbox/src/events/model.ts'
import { chance, type Dice, pick } from './dice.ts'

/** What a generator knows while it writes. */
export type Writing = {
  readonly dice: Dice
  /** Sets that it mostly keeps to, so that many requests are allowed. */
  readonly kept: ReadonlySet<string>
  readonly aliases: string[]
}

type Hop = readonly [name: string, navigation: Navigation]

/** A navigation property, mostly one that stays within what is kept; undefined where the type has none. */
export function hop({ dice, kept }: Writing, type: string): Hop | undefined {
  const all = Object.entries(typeOf(type).navigation)
  const inside = all.filter(([, { set }]) => kept.has(set))
  if (all.length === 0) return undefined
  return inside.length > 0 && chance(dice, 92)
    ? pick(dice, inside)
    : chance(dice, 25)
      ? pick(dice, all)
      : undefined
}

const PLAIN = new Set(['Location', 'Tags', 'Banner'])

export function propertyOf({ dice }: Writing, type: string): string {
  const { properties }: EntityType = typeOf(type)
  return pick(
    dice,
    properties.filter((name) => !PLAIN.has(name)),
  )
}

/** A path to a value: of the type itself, or over up to three single-valued links. */
function valuePath(writing: Writing, type: string, depth = 0): string {
  const next = depth < 3 && chance(writing.dice, 40) ? hop(writing, type) : undefined
  if (type === 'Event' && chance(writing.dice, 8)) return `Location/${pick(writing.dice, ['Hall', 'City'])}`
  if (type === 'Event' && chance(writing.dice, 6)) return `Location/Venue/${propertyOf(writing, 'Venue')}`
  if (type === 'Event' && chance(writing.dice, 6)) return 'EM.Gala/Theme'
  if (type === 'Event' && chance(writing.dice, 3)) return 'EM.Gala/Sponsor/CreditLimit'
  if (!next || next[1].many) return propertyOf(writing, type)
  return `${next[0]}/${valuePath(writing, next[1].type, depth + 1)}`
}

function literalFor({ dice }: Writing, path: string): string {
  if (/(?:ID|Seats|Capacity)$/.test(path)) return String(pick(dice, [1, 3, 7, 13, 150, 170]))
  if (path.endsWith('CreditLimit')) return String(700_000 + dice(100))
  if (path.endsWith('Amount')) return String(80_000 + dice(100))
  if (path.endsWith('Starts')) return '2026-05-01T00:00:00Z'
  return `'${pick(dice, ['x', 'leak', 'V1', "O''Neil", 'a&b=c', '100% /?#', 'Accounts', 'x-'])}'`
}

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']

function condition(writing: Writing, type: string, depth = 0): string {
  const { dice } = writing
  const simple = (): string => {
    const path = valuePath(writing, type)
    const value = literalFor(writing, path)
    if (value.startsWith("'") && chance(dice, 60))
      return `${pick(dice, ['contains', 'startswith', 'endswith'])}(${chance(dice, 20) ? `tolower(${path})` : path},${value})`
    return `${path} ${pick(dice, COMPARISONS)} ${value}`
  }
  const choice = depth < 2 ? dice(14) : 13
  if (choice < 2) {
    const [left, right] = [condition(writing, type, depth + 1), condition(writing, type, depth + 1)]
    return `(${left} ${pick(dice, ['and', 'or'])} ${right})`
  }
  if (choice === 2) return `not (${condition(writing, type, depth + 1)})`
  if (choice < 6) return lambda(writing, type, depth) ?? simple()
  if (choice === 6) return linkTest(writing, type) ?? simple()
  if (choice === 7) {
    const set = pick(dice, [...writing.kept, 'Accounts'])
    if (set === 'Venues') return simple()
    return `ID eq $root/${set}(${1 + dice(9)})/ID`
  }
  if (choice === 8) {
    const name = `@p${writing.aliases.length + 1}`
    const path = valuePath(writing, type)
    writing.aliases.push(`${name}=${path}`)
    return `${name} ${pick(dice, COMPARISONS)} ${literalFor(writing, path)}`
  }
  if (choice === 9) return `${propertyOf(writing, type)} in (1,'x',3)`
  if (choice === 10 && type === 'Event') return `EM.Organiser()/CreditLimit gt 700050`
  return simple()
}

function lambda(writing: Writing, type: string, depth: number): string | undefined {
  const next = hop(writing, type)
  if (!next?.[1].many) return undefined
  const [name, { type: inner }] = next
  if (chance(writing.dice, 20)) return `${name}/$count gt ${writing.dice(3)}`
  const variable = pick(writing.dice, ['x', name, 'Account'])
  const body = condition(writing, inner, depth + 1)
  // Names of the inner type stand behind the variable.
  const own = body.replaceAll(/(^|[ (,])([A-Z]\w*)(?=[ /,)])/g, `$1${variable}/$2`)
  return `${name}/${pick(writing.dice, ['any', 'all'])}(${variable}:${own})`
}

function linkTest(writing: Writing, type: string): string | undefined {
  const next = hop(writing, type)
  return next && !next[1].many ? `${next[0]} ${pick(writing.dice, ['eq', 'ne'])} null` : undefined
}

function expandItem(writing: Writing, type: string, depth: number): string | undefined {
  const { dice } = writing
  if (chance(dice, 4)) return pick(dice, ['*', '*/$ref', '*($levels=2)'])
  if (type === 'Event' && chance(dice, 8))
    return pick(dice, ['EM.Gala/Sponsor', 'Location/Venue', 'Location/Venue($expand=Owner)'])
  const next = hop(writing, type)
  if (!next) return undefined
  const [name, { type: inner, many }] = next
  const choice = dice(8)
  if (choice === 0) return `${name}/$ref`
  if (choice === 1 && many)
    return `${name}/$count${chance(dice, 50) ? `($filter=${condition(writing, inner, 1)})` : ''}`
  if (choice === 2 && inner === type) return `${name}($levels=${pick(dice, ['2', '3', 'max'])})`
  const options = choice > 4 && depth < 3 ? optionsFor(writing, inner, { many, depth: depth + 1 }) : []
  return options.length > 0 ? `${name}(${options.join(';')})` : name
}

type Where = { readonly many: boolean; readonly depth: number }

/** Options for entities of a type: those of a collection, or of one entity. */
export function optionsFor(writing: Writing, type: string, { many, depth }: Where): readonly string[] {
  const { dice } = writing
  const options: string[] = []
  const add = (percent: number, write: () => string | undefined): void => {
    const text = chance(dice, percent / (1 + depth)) ? write() : undefined
    if (text !== undefined) options.push(text)
  }
  add(45, () => {
    const items = Array.from({ length: 1 + dice(2) }, () => expandItem(writing, type, depth))
    const names = new Map(items.flatMap((item) => (item ? [[item.replace(/[(/].*/s, ''), item]] : [])))
    return names.size > 0 ? `$expand=${[...names.values()].join(',')}` : undefined
  })
  add(30, () => `$select=${[...new Set([propertyOf(writing, type), valuePath(writing, type)])].join(',')}`)
  if (!many) return options
  add(45, () => `$filter=${condition(writing, type)}`)
  add(35, () => `$orderby=${valuePath(writing, type)}${pick(dice, ['', ' desc', ' asc'])}`)
  add(20, () => `$top=${1 + dice(9)}`)
  add(15, () => `$skip=${dice(6)}`)
  add(15, () => `$count=true`)
  add(8, () => `$search=${pick(dice, ['x', 'leak', '"x y"', 'Accounts'])}`)
  if (depth === 0) add(8, () => `$compute=${valuePath(writing, type)} as Total`)
  if (depth === 0 && options.length === 0) add(30, () => `$apply=${transformation(writing, type)}`)
  return options
}

function transformation(writing: Writing, type: string): string {
  const { dice } = writing
  const path = valuePath(writing, type)
  switch (dice(5)) {
    case 0:
      return `aggregate(${path} with ${pick(dice, ['max', 'min', 'countdistinct'])} as Most)`
    case 1:
      return `groupby((${path}))`
    case 2:
      return `filter(${condition(writing, type, 2)})/aggregate($count as Number)`
    case 3:
      return `groupby((${propertyOf(writing, type)}),aggregate(${path} with max as Most))`
    default:
      return `filter(${condition(writing, type, 2)})`
  }
}
