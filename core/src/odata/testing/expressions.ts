import { pick, seldom } from './dice.ts'
import { collectionPath, propertyPath, singleNavigation } from './paths.ts'
import { derivedOf } from './reach.ts'
import type { Kind } from './world.ts'
import { aliased, call, literal, qualified, TEXTS, tentative, type Writing } from './writing.ts'

export function writeCondition(writing: Writing, depth: number): string {
  const { dice, words } = writing
  const s = words.space
  if (depth <= 0) return comparison(writing, 0)
  switch (dice(10)) {
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
    case 7:
      return typeTest(writing)
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
      tentative(writing, (attempt) => propertyPath(attempt, kind)) ??
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
      () => caseOf(writing, depth - 1),
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

function caseOf(writing: Writing, depth: number): string {
  const { words } = writing
  const branch = (when: string) =>
    `${words.gap()}${when}${words.gap()}${words.colon()}${words.gap()}${writeValue(writing, 'number', 0)}${words.gap()}`
  return `case${words.open()}${branch(writeCondition(writing, depth))}${words.comma()}${branch('true')}${words.close()}`
}

function textTest(writing: Writing, depth: number): string {
  const name = pick(writing.dice, ['contains', 'startswith', 'endswith', 'matchesPattern'])
  return call(writing, name, [writeValue(writing, 'text', depth), writeValue(writing, 'text', depth)])
}

/** `isof(Account,EM.Account)`, `isof(EM.Gala)`: naming the navigation property is a touch. */
function typeTest(writing: Writing): string {
  const { dice } = writing
  const own = writing.names.find(([name]) => name === '')?.[1]
  const derived = own ? derivedOf(own.type) : []
  if (derived.length > 0 && seldom(dice, 2))
    return call(writing, 'isof', [qualified(writing, pick(dice, derived))])
  const tested = tentative(writing, singleNavigation)
  if (!tested) return comparison(writing, 0)
  return call(writing, 'isof', [
    tested.text,
    qualified(writing, pick(dice, [tested.at.type, ...derivedOf(tested.at.type)])),
  ])
}

/** `Account ne null`: naming a navigation property is a touch. */
function nullTest(writing: Writing): string {
  return tentative(writing, navigationTest) ?? comparison(writing, 0)
}

function navigationTest(writing: Writing): string | undefined {
  const { words } = writing
  const found = singleNavigation(writing)
  return found && `${found.text}${words.space()}${words.keyword('ne')}${words.space()}null`
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
  if (seldom(dice, 3)) {
    const option = `${words.option('$filter')}=${writeCondition(ofOne({ ...writing, names: [['', found.at]], alias: undefined }), 0)}`
    return `${found.text}/$count${words.open()}${option}${words.close()}`
  }
  const filter = seldom(dice, 3)
  const inner = { ...writing, names: [['', found.at] as const], alias: undefined }
  const one = filter ? `/$filter${words.open()}${writeCondition(ofOne(inner), 0)}${words.close()}` : ''
  return `${found.text}${one}/$count`
}

function ofOne(writing: Writing): Writing {
  return {
    ...writing,
    names: writing.names.map(([name, at]) => [name, { ...at, collection: false }] as const),
  }
}

function fromRoot(writing: Writing, kind: Kind): string | undefined {
  const { dice, words } = writing
  if (!seldom(dice, 3) || (kind !== 'text' && kind !== 'number')) return undefined
  if (kind === 'text' && seldom(dice, 3)) {
    writing.touch('GET Headline')
    return `${qualified(writing, 'Headline')}${words.open()}${words.close()}`
  }
  writing.touch('GET Accounts')
  return `$root/Accounts${words.open()}1${words.close()}/${words.name(kind === 'text' ? 'Email' : 'CreditLimit')}`
}
