import { type Cursor, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { ComputeItem, Expression, OrderByItem } from './ast.ts'
import type { Context } from './context.ts'
import { parseExpression } from './parser.ts'
import { type Scope, type Typed, withComputed } from './scope.ts'

/** Reads `$filter` (ABNF boolCommonExpr): what is certainly not a condition is refused. Throws a `Refusal`. */
export function parseFilter(cursor: Cursor, scope: Scope, context: Context): Expression {
  const { start } = cursor.peek()
  const { expression, type } = parseExpression(cursor, scope, context)
  const isCondition =
    type.kind === 'unknown' ||
    (type.kind === 'primitive' && isBoolean(context, type.type.name) && !type.type.collection)
  if (!isCondition)
    refuseAt(cursor.source, { code: 'odata_malformed', problem: 'a condition expected' }, [
      start,
      cursor.position(),
    ])
  return expression
}

function isBoolean(context: Context, name: string): boolean {
  return ['Edm.Boolean', 'Edm.PrimitiveType'].includes(context.model.definitions.get(name) ?? name)
}

/** Reads `$orderby`. Throws a `Refusal`. */
export function parseOrderBy(cursor: Cursor, scope: Scope, context: Context): readonly OrderByItem[] {
  const items: OrderByItem[] = []
  do {
    const { expression } = parseExpression(cursor, scope, context)
    const ahead = cursor.peek()
    const direction = ahead.kind === 'name' && ahead.spaced ? ahead.text.toLowerCase() : ''
    if (direction === 'asc' || direction === 'desc') cursor.next()
    items.push({ expression, descending: direction === 'desc' })
  } while (cursor.accept(','))
  return items
}

export type Computed = { readonly items: readonly ComputeItem[]; readonly names: ReadonlyMap<string, Typed> }

/** Reads `$compute`. `names` belong into the scope of what comes after (`withComputed`). Throws a `Refusal`. */
export function parseCompute(cursor: Cursor, scope: Scope, context: Context): Computed {
  const items: ComputeItem[] = []
  const names = new Map<string, Typed>()
  do {
    const { expression, type } = parseExpression(cursor, withComputed(scope, names), context)
    const token = readNewName(cursor, scope, context)
    if (names.has(token.text) || scope.computed.has(token.text) || isMember(scope, token.text))
      nameTaken(cursor, token)
    names.set(token.text, type)
    items.push({ expression, name: token.text })
  } while (cursor.accept(','))
  return { items, names }
}

/**
 * Reads `as Name`. The name of a navigation property is refused, also one of a derived type and in another case: services
 * could read the one for the other, and there are some that fold names.
 */
export function readNewName(cursor: Cursor, scope: Scope, context: Context): Token {
  const word = cursor.next()
  if (word.kind !== 'name' || word.text.toLowerCase() !== 'as' || !word.spaced)
    unexpected(cursor.source, word, '"as" and a name')
  const token = cursor.next()
  if (token.kind !== 'name' || token.text.includes('.') || !token.spaced)
    unexpected(cursor.source, token, 'a name')
  if (navigates(scope, token.text)) nameTaken(cursor, token)
  context.recorder.visited(token.text)
  return token
}

function navigates(scope: Scope, name: string): boolean {
  if (scope.this.kind !== 'structured') return false
  const { type } = scope.this.position
  const folded = name.toLowerCase()
  return [type, ...type.derived].some(({ navigation }) =>
    [...navigation.keys()].some((other) => other.toLowerCase() === folded),
  )
}

function isMember(scope: Scope, name: string): boolean {
  return scope.this.kind === 'structured' && scope.this.position.type.properties.has(name)
}

export function nameTaken(cursor: Cursor, token: Token): never {
  const problem = `"${token.text}" is the name of something else`
  return refuseAt(cursor.source, { code: 'odata_malformed', problem }, [token.start, token.end])
}
