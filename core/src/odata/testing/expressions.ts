import { type Dice, pick, seldom } from './dice.ts'
import { type At, atSource, boundTo, callAt, derivedOf, inside, lead, membersOf } from './reach.ts'
import type { Wording } from './wording.ts'
import { ENUMERATION, type Kind } from './world.ts'

/** What an expression is written in: what it may name, and where its touches go. */
export type Writing = {
  readonly dice: Dice
  readonly words: Wording
  readonly touch: (endpoint: string) => void
  /** Names that stand for something: `''` is the instance itself; others are lambda variables. */
  readonly names: readonly (readonly [string, At])[]
  /** Takes a value over to a parameter alias and gives the alias's name. Undefined where none may stand. */
  readonly alias: ((value: string) => string) | undefined
}

export function writeCondition(writing: Writing, depth: number): string {
  const { dice, words } = writing
  const s = words.space
  if (depth <= 0) return comparison(writing, 0)
  switch (dice(9)) {
    case 0:
      return `${writeCondition(writing, depth - 1)}${s()}${words.keyword('and')}${s()}${writeCondition(writing, depth - 1)}`
    case 1:
      return `${writeCondition(writing, depth - 1)}${s()}${words.keyword('or')}${s()}${writeCondition(writing, depth - 1)}`
    case 2:
      return `${words.open()}${words.gap()}${writeCondition(writing, depth - 1)}${words.gap()}${words.close()}`
    case 3:
      return `${words.keyword('not')}${s()}${words.open()}${writeCondition(writing, depth - 1)}${words.close()}`
    case 4:
      return textTest(writing, depth - 1)
    case 5:
      return quantified(writing, depth - 1)
    case 6:
      return nullTest(writing)
    default:
      return comparison(writing, depth - 1)
  }
}

function comparison(writing: Writing, depth: number): string {
  const { dice, words } = writing
  const kind = pick(dice, ['number', 'text', 'boolean', 'instant', 'kind'] as const)
  const operator = words.keyword(kind === 'kind' ? pick(dice, ['eq', 'has']) : pick(dice, OPERATORS))
  const left = writeValue(writing, kind, depth)
  if (kind === 'text' && seldom(dice, 5))
    return `${left}${words.space()}${words.keyword('in')}${words.space()}${list(writing)}`
  const right = kind === 'kind' ? literal(writing, 'kind') : writeValue(writing, kind, depth)
  return `${left}${words.space()}${operator}${words.space()}${right}`
}

const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const

function list({ dice, words }: Writing): string {
  const items = Array.from({ length: 1 + dice(3) }, () => words.string(pick(dice, TEXTS)))
  return `${words.open()}${words.gap()}${items.join(`${words.comma()}${words.gap()}`)}${words.close()}`
}

/** An expression of a kind: a literal, a path, a function of others. */
export function writeValue(writing: Writing, kind: Kind, depth: number): string {
  const { dice, words } = writing
  const choice = dice(10)
  if (choice < 2) return aliased(writing, literal(writing, kind))
  if (choice < 7 || depth <= 0)
    return (
      tentative(writing, (attempt) => path(attempt, kind)) ??
      fromRoot(writing, kind) ??
      literal(writing, kind)
    )
  const s = words.space
  const inner = (of: Kind) => writeValue(writing, of, depth - 1)
  if (kind === 'number') {
    return pick(dice, [
      () =>
        `${words.open()}${inner('number')}${s()}${words.keyword(pick(dice, ARITHMETIC))}${s()}${inner('number')}${words.close()}`,
      () => call(writing, 'length', [inner('text')]),
      () => call(writing, pick(dice, ['round', 'floor', 'ceiling']), [inner('number')]),
      () =>
        call(writing, pick(dice, ['year', 'month', 'day', 'hour', 'minute', 'second']), [inner('instant')]),
      () => call(writing, 'indexof', [inner('text'), inner('text')]),
      () => count(writing),
    ])()
  }
  if (kind === 'text') {
    return pick(dice, [
      () => call(writing, pick(dice, ['tolower', 'toupper', 'trim']), [inner('text')]),
      () => call(writing, 'concat', [inner('text'), inner('text')]),
      () => call(writing, 'substring', [inner('text'), literal(writing, 'number')]),
      () => call(writing, 'cast', [inner('number'), 'Edm.String']),
    ])()
  }
  if (kind === 'instant') return call(writing, pick(dice, ['now', 'mindatetime', 'maxdatetime']), [])
  return literal(writing, kind)
}

const ARITHMETIC = ['add', 'sub', 'mul', 'div', 'divby', 'mod'] as const

function call({ words }: Writing, name: string, parameters: readonly string[]): string {
  const inner = parameters.map((each) => `${words.gap()}${each}${words.gap()}`).join(words.comma())
  return `${name}${words.open()}${inner}${words.close()}`
}

function textTest(writing: Writing, depth: number): string {
  const name = pick(writing.dice, ['contains', 'startswith', 'endswith', 'matchesPattern'])
  return call(writing, name, [writeValue(writing, 'text', depth), writeValue(writing, 'text', depth)])
}

/** What is not written in the end touches nothing. */
function tentative<T>(writing: Writing, write: (attempt: Writing) => T | undefined): T | undefined {
  const endpoints: string[] = []
  const written = write({ ...writing, touch: (endpoint) => void endpoints.push(endpoint) })
  if (written !== undefined) for (const endpoint of endpoints) writing.touch(endpoint)
  return written
}

/** `Account ne null`: naming a navigation property is a touch. */
function nullTest(writing: Writing): string {
  return tentative(writing, navigationTest) ?? comparison(writing, 0)
}

function navigationTest(writing: Writing): string | undefined {
  const { dice, words } = writing
  const found = walk(writing, 1 + dice(2))
  const single = membersOf(found.at.type).navigation.filter(
    ([name, to]) => !to.collection && !hidden(writing, found.text, name),
  )
  if (single.length === 0) return undefined
  const [name, to] = pick(dice, single)
  reach(writing, lead(found.at, name, to))
  return `${found.text}${words.name(name)}${words.space()}${words.keyword('ne')}${words.space()}null`
}

function quantified(writing: Writing, depth: number): string {
  const { dice, words } = writing
  const found = tentative(writing, collectionPath)
  if (!found) return comparison(writing, depth)
  const variable = pick(
    dice,
    ['x', 'y', 'z', 'Account'].filter((name) => !writing.names.some(([used]) => used === name)),
  )
  const names = [...writing.names, [variable, { ...found.at, collection: false }] as const]
  const head = `${found.text}/${pick(dice, ['any', 'all'])}${words.open()}${words.gap()}${variable}${words.gap()}${words.colon()}${words.gap()}`
  const body = writeCondition({ ...writing, names, alias: undefined }, depth)
  return `${head}${body}${words.gap()}${words.close()}`
}

function count(writing: Writing): string {
  const { dice, words } = writing
  const found = tentative(writing, collectionPath)
  if (!found) return literal(writing, 'number')
  const filter = seldom(dice, 3)
  const inner = { ...writing, names: [['', found.at] as const], alias: undefined }
  const one = filter ? `/$filter${words.open()}${writeCondition(inside1(inner), 0)}${words.close()}` : ''
  return `${found.text}${one}/$count`
}

function inside1(writing: Writing): Writing {
  return {
    ...writing,
    names: writing.names.map(([name, at]) => [name, { ...at, collection: false }] as const),
  }
}

/** A path that ends at a collection of entities or complex values. */
function collectionPath(writing: Writing): { text: string; at: At } | undefined {
  const { dice, words } = writing
  if (seldom(dice, 8)) {
    const set = pick(dice, ['Accounts', 'Countries', 'Staff'])
    writing.touch(`GET ${set}`)
    return { text: `$root/${words.name(set)}`, at: atSource(set) }
  }
  const found = walk(writing, dice(2))
  const { navigation, complex } = membersOf(found.at.type)
  const ways = [
    ...navigation
      .filter(([, to]) => to.collection)
      .map(([name, to]) => ({ name, at: () => lead(found.at, name, to) })),
    ...complex
      .filter(([, of]) => of.collection)
      .map(([name, of]) => ({ name, at: () => inside(found.at, name, of) })),
  ]
  if (ways.length === 0) return undefined
  const way = pick(dice, ways)
  const at = way.at()
  reach(writing, at)
  return { text: `${found.text}${words.name(way.name)}`, at }
}

/** A path to a primitive value of a kind; undefined where none was found. */
function path(writing: Writing, kind: Kind): string | undefined {
  const { dice, words } = writing
  const found = walk(writing, dice(4))
  const functions = boundTo(found.at).filter(([, each]) => each.returns?.type === kind && !each.action)
  if (functions.length > 0 && seldom(dice, 4)) {
    const [name, each] = pick(dice, functions)
    for (const endpoint of callAt(found.at, name, each).touches) writing.touch(endpoint)
    return `${found.text}${qualified(writing, name)}${parameters(writing, each.parameters)}`
  }
  const fitting = membersOf(found.at.type).primitives.filter(([, of]) => of === kind)
  return fitting.length > 0 ? `${found.text}${words.name(pick(dice, fitting)[0])}` : undefined
}

function fromRoot(writing: Writing, kind: Kind): string | undefined {
  const { dice, words } = writing
  if (!seldom(dice, 3) || (kind !== 'text' && kind !== 'number')) return undefined
  writing.touch('GET Accounts')
  return `$root/Accounts${words.open()}1${words.close()}/${words.name(kind === 'text' ? 'Email' : 'CreditLimit')}`
}

export function qualified({ dice, words }: Writing, name: string): string {
  return `${pick(dice, ['EM.', 'EM.', 'E.'])}${words.name(name)}`
}

export function parameters(writing: Writing, of: Readonly<Record<string, 'number' | 'text'>>): string {
  const { words } = writing
  const inner = Object.entries(of).map(
    ([name, kind]) => `${words.name(name)}=${aliased(writing, literal(writing, kind))}`,
  )
  return `${words.open()}${inner.join(words.comma())}${words.close()}`
}

/** Single-valued steps from one of the names; the text ends with a slash unless nothing was written. */
function walk(writing: Writing, steps: number): { text: string; at: At } {
  const { dice, words } = writing
  const [variable, start] = pick(dice, writing.names)
  let at: At = { ...start, collection: false }
  let text =
    variable === ''
      ? pick(dice, ['', '', '', '$it/'].slice(0, start === rootOf(writing) ? 4 : 3))
      : `${variable}/`
  for (let step = 0; step < steps; step += 1) {
    const derived = derivedOf(at.type)
    if (derived.length > 0 && seldom(dice, 4)) {
      at = { ...at, type: pick(dice, derived) }
      text += `${qualified(writing, at.type)}/`
    }
    const members = membersOf(at.type)
    const ways = [
      ...members.navigation
        .filter(([name, to]) => !to.collection && !hidden(writing, text, name))
        .map(([name, to]) => ({ name, go: () => lead(at, name, to) })),
      ...members.complex
        .filter(([, of]) => !of.collection)
        .map(([name, of]) => ({ name, go: () => inside(at, name, of) })),
    ]
    if (ways.length === 0) break
    const way = pick(dice, ways)
    at = way.go()
    reach(writing, at)
    text += `${words.name(way.name)}/`
  }
  return { text, at }
}

/** A lambda variable of the same name stands for itself, not for the member of the instance. */
function hidden(writing: Writing, before: string, name: string): boolean {
  return before === '' && writing.names.some(([variable]) => variable === name)
}

function rootOf(writing: Writing): At | undefined {
  return writing.alias ? writing.names.find(([name]) => name === '')?.[1] : undefined
}

export function reach(writing: Writing, at: At): void {
  for (const set of at.sets) writing.touch(`GET ${set}`)
}

function aliased(writing: Writing, value: string): string {
  const { dice, words, alias } = writing
  return alias && seldom(dice, 10) ? `${words.at()}${alias(value)}` : value
}

const TEXTS = [
  'x',
  'a b',
  "O'Neil",
  '50% off',
  'a&b=c',
  'caf\u00e9',
  'Account/Name',
  ')',
  '',
  '$expand=Account',
  '\u{1f600}',
] as const

export function literal({ dice, words }: Pick<Writing, 'dice' | 'words'>, kind: Kind): string {
  if (kind === 'number') return pick(dice, ['1', '42', '0', '-7', '3.14', '1e3', '-0.5e-2'])
  if (kind === 'text') return words.string(pick(dice, TEXTS))
  if (kind === 'boolean') return pick(dice, ['true', 'false'])
  if (kind === 'instant')
    return pick(dice, ['2024-02-29T23:59:59Z', '2024-01-01T00:00:00.5-05:00', '2024-01-01T00%3A00Z'])
  return `EM.${ENUMERATION.name}${words.string(pick(dice, ENUMERATION.members))}`
}
