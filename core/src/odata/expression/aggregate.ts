import { type Cursor, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { AggregateItem, Expression, Transformation } from './ast.ts'
import type { Context } from './context.ts'
import { nameTaken, readNewName } from './options.ts'
import { beginState } from './parser.ts'
import { primitive, type Scope, type Typed } from './scope.ts'

const METHODS: ReadonlySet<string> = new Set(['sum', 'min', 'max', 'average', 'countdistinct'])

/** What stands in `aggregate(...)` (Data Aggregation 3.2.1). Afterwards only the names it makes are there. */
export function readAggregate(
  cursor: Cursor,
  scope: Scope,
  context: Context,
): { readonly transformation: Transformation; readonly scope: Scope } {
  const items: AggregateItem[] = []
  const computed = new Map<string, Typed>()
  do {
    const { expression, type } = readAggregated(cursor, scope, context)
    const method = readMethod(cursor, expression)
    const token = readNewName(cursor, scope, context)
    if (computed.has(token.text)) nameTaken(cursor, token)
    items.push({ expression, method, name: token.text })
    computed.set(token.text, method === 'min' || method === 'max' ? type : primitive('Edm.Decimal'))
  } while (cursor.accept(','))
  return { transformation: { kind: 'aggregate', items }, scope: { ...scope, computed, visible: new Set() } }
}

function readAggregated(
  cursor: Cursor,
  scope: Scope,
  context: Context,
): { readonly expression: Expression; readonly type: Typed } {
  const token = cursor.peek()
  if (token.kind === 'system' && token.text === '$count') {
    cursor.next()
    context.budget.node(cursor.source, token.start)
    const count = { kind: 'count', filter: undefined, search: undefined } as const
    return { expression: { kind: 'path', segments: [count] }, type: primitive('Edm.Decimal') }
  }
  const state = { ...beginState(cursor, scope, context), throughCollections: true }
  return state.expression(state)
}

/** `with sum`; undefined behind `$count`. */
function readMethod(cursor: Cursor, expression: Expression): string | undefined {
  const ahead = cursor.peek()
  const counts = expression.kind === 'path' && expression.segments.at(-1)?.kind === 'count'
  if (isWord(ahead, 'from')) return notForwarded(cursor, ahead)
  if (isPlainCount(expression) && isWord(ahead, 'with')) unexpected(cursor.source, ahead, '"as"')
  if (!isWord(ahead, 'with')) return counts ? undefined : notForwarded(cursor, ahead)
  cursor.next()
  const method = cursor.next()
  if (method.kind !== 'name' || !method.spaced) unexpected(cursor.source, method, 'a method of aggregation')
  if (!METHODS.has(method.text)) return notForwarded(cursor, method)
  return isWord(cursor.peek(), 'from') ? notForwarded(cursor, cursor.peek()) : method.text
}

function isPlainCount(expression: Expression): boolean {
  return (
    expression.kind === 'path' && expression.segments.length === 1 && expression.segments[0]?.kind === 'count'
  )
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'name' && token.spaced && token.text === word
}

function notForwarded(cursor: Cursor, token: Token): never {
  const problem =
    '"with" and one of sum, min, max, average, countdistinct expected; nothing else is forwarded'
  return refuseAt(cursor.source, { code: 'odata_not_supported', problem }, [token.start, token.end])
}
