import type { StructuredType } from '#odata/model.ts'
import { isMark, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Expression, Key, NamedValue } from './ast.ts'
import type { State } from './state.ts'

/** `(name=value,...)`: what a function is called with. */
export function readParameters(state: State): readonly NamedValue[] {
  const { cursor } = state
  const open = cursor.expect('(')
  return state.context.budget.deeper(cursor.source, open.start, () =>
    cursor.accept(')') ? [] : readNamed(state, (inner) => inner.expression(inner).expression),
  )
}

/** `(1)` or `(ID=1,Code='x')` behind entities of a type; `type` is undefined where nobody has published it. */
export function readKey(state: State, type: StructuredType | undefined): Key {
  const { cursor } = state
  const open = cursor.expect('(')
  const described = type && !type.undescribed ? type : undefined
  return state.context.budget.deeper(cursor.source, open.start, () => {
    if (!startsNamed(state)) {
      const value = readKeyValue(state)
      const { end } = cursor.expect(')')
      if (described && described.key.length === 0) refuseKey(state, described, [open.start, end])
      return { kind: 'simple', value }
    }
    const parts = readNamed(state, readKeyValue)
    const names = parts.map((part) => part.name)
    if (described && !isKeyOf(described, names)) refuseKey(state, described, [open.start, cursor.position()])
    for (const name of names) state.context.recorder.visited(name)
    return { kind: 'compound', parts }
  })
}

/** What stands in parentheses behind something that nobody has published: a key or parameters. */
export function looseParameters(
  state: State,
):
  | { readonly kind: 'named'; readonly parameters: readonly NamedValue[] }
  | { readonly kind: 'key'; readonly value: Expression } {
  const { cursor } = state
  const open = cursor.expect('(')
  return state.context.budget.deeper(cursor.source, open.start, () => {
    if (cursor.accept(')')) return { kind: 'named', parameters: [] }
    if (startsNamed(state))
      return { kind: 'named', parameters: readNamed(state, (inner) => inner.expression(inner).expression) }
    const value = readKeyValue(state)
    cursor.expect(')')
    return { kind: 'key', value }
  })
}

function readNamed(state: State, readValue: (state: State) => Expression): readonly NamedValue[] {
  const { cursor } = state
  const values: NamedValue[] = []
  const names = new Set<string>()
  do {
    const name = cursor.next()
    if (name.kind !== 'name' || name.text.includes('.')) unexpected(cursor.source, name, 'a name and "="')
    if (names.has(name.text)) {
      const problem = `"${name.text}" stands twice`
      refuseAt(cursor.source, { code: 'odata_malformed', problem }, [name.start, name.end])
    }
    names.add(name.text)
    state.context.recorder.visited(name.text)
    cursor.expect('=')
    values.push({ name: name.text, value: readValue(state) })
  } while (cursor.accept(','))
  cursor.expect(')')
  return values
}

function startsNamed(state: State): boolean {
  const { cursor } = state
  const before = cursor.position()
  const first = cursor.next()
  const named = first.kind === 'name' && isMark(cursor.peek(), '=')
  cursor.moveTo(before)
  return named
}

/** Keys are literals, aliases, or begin at `$root` or `$it`. */
function readKeyValue(state: State): Expression {
  const { cursor } = state
  const token = cursor.peek()
  const constant = token.kind === 'name' && /^(?:true|false|NaN|INF)$/.test(token.text)
  const allowed = ['string', 'literal', 'alias', 'system'].includes(token.kind) || constant
  const expected = "a key's value: a literal or a parameter alias"
  if (!allowed) unexpected(cursor.source, token, expected)
  const { expression } = state.expression(state)
  return expression.kind === 'literal' || expression.kind === 'path'
    ? expression
    : unexpected(cursor.source, token, expected)
}

function isKeyOf(type: StructuredType, names: readonly string[]): boolean {
  const isExactly = (key: readonly string[]): boolean =>
    key.length === names.length && key.every((part) => names.includes(part))
  // Parts that follow from the way to the entity may be left out (URL conventions 4.3.2).
  const isPart = names.every((name) => type.key.includes(name))
  return isPart || type.alternateKeys.some(isExactly)
}

function refuseKey(state: State, type: StructuredType, range: readonly [number, number]): never {
  const problem = `not a key of ${type.name}: ${type.key.join(', ') || 'it has none'}`
  return refuseAt(state.cursor.source, { code: 'odata_unknown_name', problem }, range)
}
