import type { Position } from '#odata/position.ts'
import type { Cursor } from '#odata/text/lexer.ts'
import type { Key, NamedValue } from './ast.ts'
import type { Context } from './context.ts'
import type { Scope } from './scope.ts'
import type { Parsed, State } from './state.ts'

/**
 * Reads one expression (ABNF commonExpr) and leaves the cursor at the first token that does not belong to it.
 * Everything it names is recorded. Throws a `Refusal`; `attempt` makes a value of it.
 */
export function parseExpression(cursor: Cursor, scope: Scope, context: Context): Parsed {
  return expression({ cursor, scope, context, expression })
}

/** Reads `(1)` or `(ID=1,Code='x')` behind a collection of entities: literals and parameter aliases. */
export function parseKey(
  cursor: Cursor,
  target: Position,
  inside: { readonly scope: Scope; readonly context: Context },
): Key {
  throw new Error('soon')
}

/** Reads `(name=value,...)` behind an operation. Values are literals, aliases, JSON or expressions. */
export function parseParameters(cursor: Cursor, scope: Scope, context: Context): readonly NamedValue[] {
  throw new Error('soon')
}

function expression(state: State): Parsed {
  throw new Error('soon')
}
