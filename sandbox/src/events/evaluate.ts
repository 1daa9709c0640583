import { compare as compareLiterals } from '#query/evaluate.ts'
import { callMethod } from '#query/methods.ts'
import { Refusal } from '#refusal.ts'
import type { Context } from './context.ts'
import { asList, entitiesOf, isEntity, type Value } from './entity.ts'
import { type Expression, parseExpression, type Step } from './expression.ts'
import { behind, follow, isOfType, sourceNamed, typeNamed } from './follow.ts'
import { typeOf } from './model.ts'

export type Scope = {
  readonly context: Context
  /** What unprefixed names belong to, and `$this`. */
  readonly self: Value
  /** What `$it` is. */
  readonly it: Value
  readonly variables: ReadonlyMap<string, Value>
}

export function scopeOf(context: Context, self: Value): Scope {
  return { context, self, it: self, variables: new Map() }
}

export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'list':
      return expression.items.map((item) => evaluate(item, scope))
    case 'not':
      return evaluate(expression.operand, scope) !== true
    case 'path':
      return evaluatePath(expression.steps, scope)
    case 'binary':
      return operate(expression, scope)
  }
}

/** Evaluates a text for an entity: a filter, an item of $orderby, a computed value. */
export function evaluateFor(context: Context, text: string, self: Value): Value {
  return evaluate(parseExpression(text), scopeOf(context, self))
}

function operate({ operator, left, right }: Expression & { readonly kind: 'binary' }, scope: Scope): Value {
  const first = evaluate(left, scope)
  if (operator === 'and') return first === true && evaluate(right, scope) === true
  if (operator === 'or') return first === true || evaluate(right, scope) === true
  const second = evaluate(right, scope)
  if (operator === 'in') return asList(second).some((one) => compare(first, one) === 0)
  const order = compare(first, second)
  switch (operator) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gt':
      return order !== undefined && order > 0
    case 'ge':
      return order !== undefined && order >= 0 && first !== null
    case 'lt':
      return order !== undefined && order < 0
    case 'le':
      return order !== undefined && order <= 0 && first !== null
    default:
      return calculate(operator, Number(first), Number(second))
  }
}

function calculate(operator: string, left: number, right: number): Value {
  const results: Readonly<Record<string, number>> = {
    add: left + right,
    sub: left - right,
    mul: left * right,
    div: left / right,
    divby: left / right,
    mod: left % right,
  }
  const result = results[operator]
  if (result === undefined) throw new Refusal(400, `The operator ${operator} is not supported.`)
  return Number.isFinite(result) ? result : null
}

/** Entities are compared by what they are, everything else by its value. */
export function compare(left: Value, right: Value): number | undefined {
  if (isEntity(left) || isEntity(right) || Array.isArray(left) || Array.isArray(right))
    return left === right ? 0 : undefined
  if (typeof left === 'object' || typeof right === 'object') return left === right ? 0 : undefined
  return compareLiterals(left, right)
}

function evaluatePath(steps: readonly Step[], scope: Scope): Value {
  const [first, ...rest] = steps
  if (first === undefined) return null
  if (first.name === '$root') {
    const [set, ...behindSet] = rest
    const source = sourceNamed(scope.context, set?.name ?? '') ?? null
    return goOn(set?.operands ? keyed(source, set, scope) : source, behindSet, scope)
  }
  return goOn(begin(first, scope), rest, scope)
}

function begin(step: Step, scope: Scope): Value {
  const { context, self, it, variables } = scope
  const { name, operands } = step
  const variable = variables.get(name)
  if (variable !== undefined) return variable
  if (name === '$it') return it
  if (name === '$this') return self
  if (name.startsWith('@')) {
    const alias = context.aliases.get(name)
    return alias === undefined ? null : evaluate(parseExpression(alias), scope)
  }
  const reference = name.startsWith('$') ? context.references.get(name.slice(1)) : undefined
  if (reference !== undefined) return reference
  if (operands && /^(isof|cast)$/i.test(name)) return typeTest(name.toLowerCase(), step, scope)
  if (operands && /^[a-z]+$/.test(name)) return method(step, scope)
  return stepInto(self, step, scope)
}

function goOn(from: Value, steps: readonly Step[], scope: Scope): Value {
  return steps.reduce<Value>((value, step) => stepInto(value, step, scope), from)
}

function stepInto(from: Value, step: Step, scope: Scope): Value {
  const { name, lambda, operands } = step
  if (name === '$count') return asList(from).length
  if (name === 'any' || name === 'all') {
    const test = (item: Value): boolean =>
      lambda === undefined ||
      evaluate(lambda.body, {
        ...scope,
        variables: new Map([...scope.variables, [lambda.variable, item]]),
      }) === true
    return name === 'any' ? asList(from).some(test) : asList(from).every(test)
  }
  if (name === '$filter' && operands?.[0]) {
    const { value } = operands[0]
    return asList(from).filter((item) => evaluate(value, { ...scope, self: item }) === true)
  }
  if (/^(?:EM\.)?Organiser$/i.test(name)) return organiser(scope.context, from)
  const next = follow(scope.context, from, name)
  return operands && operands.length > 0 ? keyed(next, step, scope) : next
}

/** The bound function EM.Organiser: who an event belongs to. */
export function organiser(context: Context, from: Value): Value {
  return isEntity(from) ? behind(context, from, 'Account') : null
}

function keyed(from: Value, { operands = [] }: Step, scope: Scope): Value {
  const wanted = operands.map(({ name, value }) => ({ name, value: evaluate(value, scope) }))
  return byKey(from, wanted) ?? null
}

export type KeyPart = { readonly name?: string | undefined; readonly value: Value }

/** The member of a collection that has this key, or these values of properties: alternate keys are not declared. */
export function byKey(from: Value, parts: readonly KeyPart[]): Value | undefined {
  return entitiesOf(from).find((entity) =>
    parts.every(({ name, value }) => {
      const held = entity.values[name ?? typeOf(entity.type).key]
      return held !== undefined && String(held) === String(value)
    }),
  )
}

function typeTest(name: string, { operands = [] }: Step, scope: Scope): Value {
  const last = operands.at(-1)?.value
  const type = last?.kind === 'path' ? typeNamed(last.steps.map((step) => step.name).join('/')) : undefined
  const subject = operands.length > 1 && operands[0] ? evaluate(operands[0].value, scope) : scope.self
  const fits = isEntity(subject) && type !== undefined && isOfType(subject, type)
  if (name === 'isof') return fits
  return fits || type === undefined ? subject : null
}

function method({ name, operands = [] }: Step, scope: Scope): Value {
  const values = operands.map(({ value }) => evaluate(value, scope))
  const result = callMethod(
    name,
    values.map((value) => (typeof value === 'object' ? null : value)),
  )
  return typeof result === 'object' ? null : result
}
