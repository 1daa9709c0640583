import type { Position } from '#odata/position.ts'
import type { Cursor } from '#odata/text/lexer.ts'
import type { Expression, Key, NamedValue, SearchExpression } from './ast.ts'
import type { Context } from './context.ts'
import { readOperators } from './operators.ts'
import { readKey, readParameters } from './parameters.ts'
import type { Scope, Typed } from './scope.ts'
import { readSearch } from './search.ts'
import type { Parsed, State } from './state.ts'

/** The scope of names and what the request shares. */
export type Inside = { readonly scope: Scope; readonly context: Context }

/**
 * Reads one expression (ABNF commonExpr) and leaves the cursor at the first token that does not belong to it.
 * Everything it names is recorded. Throws a `Refusal`, as all of these; `attempt` makes a value of it.
 */
export function parseExpression(cursor: Cursor, scope: Scope, context: Context): Parsed {
  const state = beginState(cursor, scope, context)
  return state.expression(state)
}

/** Reads `(1)` or `(ID=1,Code='x')` behind a collection of entities: literals, parameter aliases, paths from `$root`. */
export function parseKey(cursor: Cursor, target: Position, inside: Inside): Key {
  return readKey(beginState(cursor, inside.scope, inside.context), target.type)
}

/** Reads `(name=value,...)` behind a function. Values are literals, aliases, JSON or expressions. */
export function parseParameters(cursor: Cursor, scope: Scope, context: Context): readonly NamedValue[] {
  return readParameters(beginState(cursor, scope, context))
}

/** Reads one value of a key, a parameter or an alias: a literal, an alias, JSON or an expression. */
export function parseValue(cursor: Cursor, scope: Scope, context: Context): Expression {
  return parseExpression(cursor, scope, context).expression
}

/**
 * Reads `$search` up to a `)` that it did not open, a `;` or the end. Of unknown reach, unless every source of `target`
 * is marked `searchOwnOnly`.
 */
export function parseSearch(cursor: Cursor, target: Typed, context: Context): SearchExpression {
  return readSearch(cursor, target, context)
}

/** A parser's beginning, for grammars that are built of expressions. */
export function beginState(cursor: Cursor, scope: Scope, context: Context): State {
  return { cursor, scope, context, throughCollections: false, expression: (state) => readOperators(state) }
}
