import { Refusal } from '#refusal.ts'
import type { Expression, Lambda, Literal, Value } from './expression.ts'
import { callMethod } from './methods.ts'

/** Where names get their values: a row, and in OData whatever can be reached from it. */
export type Scope = {
  readonly read: (names: readonly string[]) => Value
  readonly items: (names: readonly string[]) => readonly Scope[]
  /** The same scope, with one more name for one of the items of a lambda. */
  readonly bind: (variable: string, item: Scope) => Scope
}

/** True only where the filter is exactly true: null, as in SQL, keeps a row out. */
export function holds(filter: Expression, scope: Scope): boolean {
  return evaluate(filter, scope) === true
}

export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'path':
      return scope.read(expression.names)
    case 'count':
      return scope.items(expression.names).length
    case 'not':
      return evaluate(expression.operand, scope) !== true
    case 'in':
      return isOneOf(evaluate(expression.operand, scope), expression.list)
    case 'call':
      return callMethod(
        expression.method,
        expression.operands.map((operand) => evaluate(operand, scope)),
      )
    case 'lambda':
      return quantify(expression, scope)
    case 'binary':
      return combine(expression.operator, expression.operands, scope)
  }
}

function isOneOf(value: Value, list: readonly Literal[]): boolean {
  return list.some((literal) => compare(value, literal) === 0)
}

function quantify({ method, names, variable, body }: Lambda, scope: Scope): boolean {
  const test = (item: Scope): boolean => holds(body, scope.bind(variable, item))
  const items = scope.items(names)
  return method === 'any' ? items.some(test) : items.every(test)
}

function combine(operator: string, operands: readonly Expression[], scope: Scope): Value {
  if (operator === 'and') return operands.every((operand) => holds(operand, scope))
  if (operator === 'or') return operands.some((operand) => holds(operand, scope))
  return operands
    .map((operand) => evaluate(operand, scope))
    .reduce((left, right) => apply(operator, left, right))
}

function apply(operator: string, left: Value, right: Value): Value {
  const order = compare(left, right)
  switch (operator) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gt':
      return order !== undefined && order > 0
    case 'ge':
      return order !== undefined && order >= 0 && left !== null
    case 'lt':
      return order !== undefined && order < 0
    case 'le':
      return order !== undefined && order <= 0 && left !== null
    default:
      return calculate(operator, left, right)
  }
}

function calculate(operator: string, left: Value, right: Value): Value {
  if (left === null || right === null) return null
  if (typeof left !== 'number' || typeof right !== 'number')
    throw new Refusal(400, `${operator} needs a number on both sides.`)
  switch (operator) {
    case 'add':
      return left + right
    case 'sub':
      return left - right
    case 'mul':
      return left * right
    case 'div':
      return right === 0 ? null : left / right
    case 'mod':
      return right === 0 ? null : left % right
    default:
      throw new Refusal(400, `The operator ${operator} is not supported.`)
  }
}

/** Negative, zero or positive; undefined where the two have no order, such as null and anything else. */
export function compare(left: Value, right: Value): number | undefined {
  if (left === null || right === null) return left === right ? 0 : undefined
  if (left instanceof Date || right instanceof Date) return difference(instantOf(left), instantOf(right))
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right)
  // Codes are text in some sets and numbers in others; callers of the real API mix them freely.
  if (typeof left === 'boolean' || typeof right === 'boolean') return left === right ? 0 : undefined
  return difference(Number(left), Number(right))
}

function difference(left: number, right: number): number | undefined {
  return Number.isNaN(left) || Number.isNaN(right) ? undefined : left - right
}

/** Stored dates carry no zone and mean UTC. */
export function instantOf(value: Value): number {
  if (value instanceof Date) return value.getTime()
  if (typeof value !== 'string') return Number.NaN
  return Date.parse(value.includes('T') && !/(?:Z|[+-]\d{2}:\d{2})$/.test(value) ? `${value}Z` : value)
}
