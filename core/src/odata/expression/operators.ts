import { isMark, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Expression } from './ast.ts'
import { readPrimary } from './primary.ts'
import { isCollection, primitive, type Typed } from './scope.ts'
import { type Parsed, type State, singleValued } from './state.ts'

/** How strongly operators bind (URL conventions 5.1.1.17); `-` and `not` stand between `mul` and `in`. */
const STRENGTH: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ...['eq', 'ne'].map((name) => [name, 3] as const),
  ...['gt', 'ge', 'lt', 'le'].map((name) => [name, 4] as const),
  ...['add', 'sub'].map((name) => [name, 5] as const),
  ...['mul', 'div', 'divby', 'mod'].map((name) => [name, 6] as const),
  ...['has', 'in'].map((name) => [name, 8] as const),
])
const UNARY = 7
const BOOLEAN = primitive('Edm.Boolean')
const NUMBER = primitive('Edm.Decimal')

/** An expression of operators that bind at least so strongly. */
export function readOperators(state: State, least = 1): Parsed {
  const { cursor, context } = state
  let left = readUnary(state)
  while (true) {
    const token = cursor.peek()
    const operator = token.text.toLowerCase()
    const strength = token.kind === 'name' && token.spaced ? STRENGTH.get(operator) : undefined
    if (strength === undefined || strength < least) return left
    cursor.next()
    context.budget.node(cursor.source, token.start)
    requireSpace(state, token)
    if (state.throughCollections && isCollection(left.type)) unexpected(cursor.source, token, '"with"')
    const right =
      operator === 'in'
        ? readInside(singleValued(state))
        : readOperators(singleValued(state), strength + 1).expression
    left = {
      expression: { kind: 'binary', operator, left: left.expression, right },
      type: resultOf(strength),
    }
  }
}

function readUnary(state: State): Parsed {
  const { cursor } = state
  const token = cursor.peek()
  const negative = isMark(token, '-')
  if (!negative && !isNot(state, token)) return readPrimary(state)
  cursor.next()
  state.context.budget.node(cursor.source, token.start)
  if (!negative && !isMark(cursor.peek(), '(')) requireSpace(state, token)
  const operand = state.context.budget.deeper(cursor.source, token.start, () =>
    readOperators(singleValued(state), UNARY),
  )
  const operator = negative ? '-' : 'not'
  return {
    expression: { kind: 'unary', operator, operand: operand.expression },
    type: negative ? operand.type : BOOLEAN,
  }
}

function isNot(state: State, token: Token): boolean {
  return token.kind === 'name' && token.text.toLowerCase() === 'not' && !state.scope.variables.has(token.text)
}

/** Behind `in`: a list in parentheses, or an expression that is a collection. */
function readInside(state: State): Expression {
  const { cursor } = state
  const open = cursor.peek()
  if (!isMark(open, '(')) return readOperators(state, UNARY + 1).expression
  cursor.next()
  const items: Expression[] = []
  state.context.budget.deeper(cursor.source, open.start, () => {
    if (cursor.accept(')')) return
    do items.push(readOperators(state).expression)
    while (cursor.accept(','))
    cursor.expect(')')
  })
  // ABNF listExpr: a list holds literals; anything else stands alone in its parentheses.
  if (items.length > 1 && !items.every((item) => item.kind === 'literal'))
    refuseAt(
      cursor.source,
      { code: 'odata_malformed', problem: 'a list behind "in" that does not only hold literals' },
      [open.start, cursor.position()],
    )
  return { kind: 'list', items }
}

function requireSpace({ cursor }: State, operator: Token): void {
  const ahead = cursor.peek()
  if (!ahead.spaced) unexpected(cursor.source, ahead, `a space behind "${operator.text}"`)
}

function resultOf(strength: number): Typed {
  return strength < 5 || strength > UNARY ? BOOLEAN : NUMBER
}
