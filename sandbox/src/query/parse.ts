import parser from '@balena/odata-parser'
import { Refusal } from '#refusal.ts'
import { type Binds, boundValue, type Expression, type Literal, toExpression } from './expression.ts'
import { prepare } from './prepare.ts'

export type Sort = { readonly names: readonly string[]; readonly descending: boolean }

export type Expand = { readonly name: string; readonly options: Options }

/** System query options, parsed. What is absent was not asked for. */
export type Options = {
  readonly filter?: Expression
  readonly select?: readonly string[]
  readonly expand?: readonly Expand[]
  readonly orderBy?: readonly Sort[]
  readonly top?: number
  readonly skip?: number
  readonly count?: boolean
}

/** Parses one filter; the message of a refusal says where it stopped making sense. */
export function parseFilter(text: string): Expression {
  const { tree, binds } = run(prepare(text), 'FilterByExpression')
  return toExpression(tree, binds)
}

/** Parses one option such as `$expand` with its decoded value. */
export function parseOption(name: string, value: string): Options {
  const { tree, binds } = run(prepare(`${name}=${value}`), 'QueryOptions')
  const options = tree as Readonly<Record<string, unknown>>
  // A second option inside the value of the first would be one that nobody else has seen.
  if (Object.keys(options).join() !== name) throw new Refusal(400, `${name} holds more than its value.`)
  return toOptions(options, binds)
}

/** Parses `'10'` or `Organization='10',EventID=9001`: the inside of a key predicate. */
export function parseKey(text: string): Literal | ReadonlyMap<string, Literal> {
  const { tree, binds } = run(`(${prepare(text)})`, 'Key')
  if ('bind' in (tree as object)) return boundValue(tree, binds)
  return new Map(Object.entries(tree as object).map(([name, value]) => [name, boundValue(value, binds)]))
}

function run(text: string, rule: string): { readonly tree: unknown; readonly binds: Binds } {
  try {
    const { tree, binds } = parser.parse(text, { startRule: 'ProcessRule', rule })
    return { tree, binds: binds as unknown as Binds }
  } catch (error) {
    throw new Refusal(400, `Not understood ${placeOf(error, text)}: ${text}`)
  }
}

/** A broken escape in a name ends as a URIError without a place. */
function placeOf(error: unknown, text: string): string {
  const at = (error as { location?: { start?: { offset?: number } } }).location?.start?.offset
  if (at === undefined) return 'because of a broken escape'
  return at >= text.length ? 'at its end' : `near "${text.slice(at, at + 20)}" (position ${at})`
}

function toOptions(tree: Readonly<Record<string, unknown>>, binds: Binds): Options {
  const { $filter, $select, $expand, $orderby, $top, $skip, $count, ...others } = tree
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new Refusal(400, `The option ${unknown} is not supported here.`)
  return {
    ...($filter !== undefined && { filter: toExpression($filter, binds) }),
    ...($select !== undefined && $select !== '*' && { select: pathsOf($select).map(onlyName) }),
    ...($expand !== undefined && { expand: pathsOf($expand).map((item) => toExpand(item, binds)) }),
    ...($orderby !== undefined && { orderBy: pathsOf($orderby).map(toSort) }),
    ...($top !== undefined && { top: Number(boundValue($top, binds)) }),
    ...($skip !== undefined && { skip: Number(boundValue($skip, binds)) }),
    ...($count !== undefined && { count: $count === true }),
  }
}

type PathItem = {
  readonly name: string
  readonly property?: PathItem
  readonly count?: true
  readonly key?: unknown
  readonly order?: 'asc' | 'desc'
  readonly options?: Readonly<Record<string, unknown>>
}

function pathsOf(node: unknown): readonly PathItem[] {
  return (node as { properties: readonly PathItem[] }).properties
}

function onlyName({ name, property, count, key }: PathItem): string {
  if (property !== undefined || count === true || key !== undefined)
    throw new Refusal(400, `$select takes plain properties, not a path through ${name}.`)
  return name
}

/** `A/B` is the older spelling of `A($expand=B)`. */
function toExpand({ name, property, count, options }: PathItem, binds: Binds): Expand {
  if (count === true) throw new Refusal(400, `$expand=${name}/$count is not supported.`)
  const inner = options === undefined ? {} : toOptions(options, binds)
  return {
    name,
    options: property === undefined ? inner : { ...inner, expand: [toExpand(property, binds)] },
  }
}

function toSort({ name, property, order }: PathItem): Sort {
  const names = [name]
  for (let step = property; step !== undefined; step = step.property) names.push(step.name)
  return { names, descending: order === 'desc' }
}
