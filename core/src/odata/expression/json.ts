import type { Model } from '#odata/model.ts'
import { unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Expression } from './ast.ts'
import { UNKNOWN } from './scope.ts'
import type { Parsed, State } from './state.ts'

/**
 * A collection or a complex value in JSON's form (ABNF arrayOrObject); values in it may be expressions. Refused are
 * members twice, control information, and names of navigation properties: what they would read nobody can say.
 */
export function readJson(state: State): Parsed {
  const { cursor } = state
  const open = cursor.next()
  const expression = state.context.budget.deeper(cursor.source, open.start, () =>
    open.text === '[' ? readArray(state) : readObject(state),
  )
  return { expression, type: UNKNOWN }
}

function readArray(state: State): Expression {
  const { cursor } = state
  const items: Expression[] = []
  if (cursor.accept(']')) return { kind: 'array', items }
  do items.push(readValue(state))
  while (cursor.accept(','))
  cursor.expect(']')
  return { kind: 'array', items }
}

function readObject(state: State): Expression {
  const { cursor } = state
  const members: [string, Expression][] = []
  const names = new Set<string>()
  if (cursor.accept('}')) return { kind: 'object', members }
  do {
    const token = cursor.next()
    if (token.kind !== 'json') unexpected(cursor.source, token, 'a name in double quotes')
    const name = String(JSON.parse(token.text))
    const problem = memberProblem(state.context.model, name, names)
    if (problem !== undefined) refuseAt(cursor.source, problem, [token.start, token.end])
    names.add(name)
    cursor.expect(':')
    members.push([token.text, readValue(state)])
  } while (cursor.accept(','))
  cursor.expect('}')
  return { kind: 'object', members }
}

function readValue(state: State): Expression {
  const { cursor } = state
  const token = cursor.peek()
  if (token.kind !== 'json') return state.expression(state).expression
  cursor.next()
  state.context.budget.node(cursor.source, token.start)
  return { kind: 'literal', text: token.text }
}

function memberProblem(model: Model, name: string, seen: ReadonlySet<string>) {
  if (seen.has(name))
    return { code: 'odata_malformed', problem: `the member "${name}" stands twice` } as const
  if (name.includes('@'))
    return { code: 'odata_not_supported', problem: 'control information in a value of a request' } as const
  return navigationNames(model).has(name)
    ? ({ code: 'odata_not_supported', problem: `"${name}" in a value: it is a navigation property` } as const)
    : undefined
}

/** Large services have thousands of types: their names are gathered once. */
const NAVIGATION_NAMES = new WeakMap<Model, ReadonlySet<string>>()

function navigationNames(model: Model): ReadonlySet<string> {
  const known = NAVIGATION_NAMES.get(model)
  if (known) return known
  const names = new Set([...model.types.values()].flatMap((type) => [...type.navigation.keys()]))
  NAVIGATION_NAMES.set(model, names)
  return names
}
