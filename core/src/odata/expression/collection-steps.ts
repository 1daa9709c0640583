import { type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Expression, SearchExpression } from './ast.ts'
import { isCall } from './member.ts'
import { readKey } from './parameters.ts'
import { elementOf, isCollection, nestedScope, primitive, structured, UNKNOWN } from './scope.ts'
import { readSearch } from './search.ts'
import { flush, step, unknownReach, type Walk } from './walk.ts'

const BOOLEAN = primitive('Edm.Boolean')
const COUNT = primitive('Edm.Int64')

/** `(key)` behind a collection of entities. */
export function readKeyStep(walk: Walk): void {
  const { type } = walk
  if (type.kind === 'unknown') {
    unknownReach(walk)
    return step(walk, { kind: 'key', key: readKey(walk.state, undefined) }, UNKNOWN)
  }
  if (type.kind !== 'structured') return
  const key = readKey(walk.state, type.position.type)
  step(walk, { kind: 'key', key }, structured({ ...type.position, collection: false }))
}

/** `any(...)` and `all(...)`; the name is used up. */
export function readLambda(walk: Walk, token: Token): void {
  const { state } = walk
  const { cursor, context } = state
  const operator = token.text.toLowerCase() === 'any' ? 'any' : 'all'
  requireCollection(walk, token)
  flush(walk)
  const open = cursor.expect('(')
  if (operator === 'any' && cursor.accept(')'))
    return step(walk, { kind: 'lambda', operator, body: undefined }, BOOLEAN)
  const variable = cursor.next()
  if (variable.kind !== 'name' || variable.text.includes('.'))
    unexpected(cursor.source, variable, 'a lambda variable')
  context.recorder.visited(variable.text)
  cursor.expect(':')
  const variables = new Map([...state.scope.variables, [variable.text, elementOf(walk.type)] as const])
  const inner = { ...state, scope: { ...state.scope, variables }, throughCollections: false }
  const { expression } = context.budget.deeper(cursor.source, open.start, () => state.expression(inner))
  cursor.expect(')')
  step(walk, { kind: 'lambda', operator, body: { variable: variable.text, condition: expression } }, BOOLEAN)
}

/** `$filter(...)`; the name is used up. */
export function readFilterStep(walk: Walk, token: Token): void {
  const { state } = walk
  requireCollection(walk, token)
  flush(walk)
  if (!isCall(walk)) unexpected(state.cursor.source, state.cursor.peek(), '"("')
  const open = state.cursor.expect('(')
  const condition = readNestedFilter(walk, open)
  state.cursor.expect(')')
  step(walk, { kind: 'filter', condition }, walk.type)
}

/** `$count`, with or without `($filter=...;$search=...)`; the name is used up. */
export function readCount(walk: Walk, token: Token): void {
  const { cursor } = walk.state
  requireCollection(walk, token)
  if (!isCall(walk)) return step(walk, { kind: 'count', filter: undefined, search: undefined }, COUNT)
  flush(walk)
  const open = cursor.expect('(')
  let filter: Expression | undefined
  let search: SearchExpression | undefined
  do {
    const option = cursor.next()
    const name = option.text.replace(/^\$/, '').toLowerCase()
    const isOption = option.kind === 'system' || option.kind === 'name'
    const twice = (name === 'filter' && filter) ?? (name === 'search' && search)
    if (!isOption || twice || (name !== 'filter' && name !== 'search'))
      unexpected(cursor.source, option, '$filter or $search, each once,')
    cursor.expect('=')
    if (name === 'filter') filter = readNestedFilter(walk, open)
    else search = readSearch(cursor, walk.type, walk.state.context)
  } while (cursor.accept(';'))
  cursor.expect(')')
  step(walk, { kind: 'count', filter, search }, COUNT)
}

function readNestedFilter(walk: Walk, open: Token): Expression {
  const { state } = walk
  const scope = nestedScope(state.scope, walk.type)
  const inner = { ...state, scope, throughCollections: false }
  return state.context.budget.deeper(state.cursor.source, open.start, () => state.expression(inner))
    .expression
}

function requireCollection(walk: Walk, token: Token): void {
  if (walk.type.kind === 'unknown') return unknownReach(walk)
  if (isCollection(walk.type)) return
  const problem = `${token.text} behind something that is not a collection`
  refuseAt(walk.state.cursor.source, { code: 'odata_malformed', problem }, [token.start, token.end])
}

/** Whether a key may follow. */
export function takesKey(walk: Walk): boolean {
  const { type } = walk
  if (!isCall(walk)) return false
  if (type.kind === 'unknown') return true
  return type.kind === 'structured' && type.position.collection && type.position.type.kind === 'entity'
}

/** Whether this is `any(` or `all(`. */
export function isLambda(walk: Walk, token: Token): boolean {
  return (
    token.kind === 'name' &&
    /^(?:any|all)$/i.test(token.text) &&
    isCall(walk) &&
    (walk.type.kind === 'unknown' || isCollection(walk.type))
  )
}
