import { Refusal } from '#refusal.ts'
import type { Json } from '#row.ts'

export type Literal = string | number | boolean | null | Date

/** What an expression comes to: a literal or whatever a row holds. */
export type Value = Json | Date

/** A filter, parsed: what both query dialects come down to. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'path'; readonly names: readonly string[] }
  | { readonly kind: 'count'; readonly names: readonly string[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly list: readonly Literal[] }
  | { readonly kind: 'call'; readonly method: string; readonly operands: readonly Expression[] }
  | Lambda

export type Lambda = {
  readonly kind: 'lambda'
  readonly method: 'any' | 'all'
  readonly names: readonly string[]
  readonly variable: string
  readonly body: Expression
}

/** What the parser library keeps of literals: the tree refers to them by index. */
export type Binds = Readonly<Record<string | number, readonly [type: string, value: unknown]>>

/** The library's tree is untyped; this is the one place that looks into it. */
export function toExpression(node: unknown, binds: Binds): Expression {
  if (node === null) return { kind: 'literal', value: null }
  if (Array.isArray(node)) return toOperation(node, binds)
  if (typeof node === 'object' && 'bind' in node) return { kind: 'literal', value: boundValue(node, binds) }
  if (typeof node === 'object' && 'name' in node) return toPath(node as PathNode, binds)
  throw new Refusal(400, 'The filter uses a literal that is not supported.')
}

function toOperation(node: readonly unknown[], binds: Binds): Expression {
  const [operator, ...operands] = node
  if (operator === 'not') return { kind: 'not', operand: toExpression(operands[0], binds) }
  if (operator === 'eqany')
    return { kind: 'in', operand: toExpression(operands[0], binds), list: toList(operands[1], binds) }
  if (operator === 'call') {
    const { method, args } = operands[0] as { method: string; args: unknown[] }
    return { kind: 'call', method, operands: args.map((argument) => toExpression(argument, binds)) }
  }
  return {
    kind: 'binary',
    operator: String(operator),
    operands: operands.map((operand) => toExpression(operand, binds)),
  }
}

type PathNode = {
  readonly name: string
  readonly property?: PathNode
  readonly key?: unknown
  readonly method?: unknown
  readonly count?: true
  readonly options?: unknown
  readonly lambda?: {
    readonly expression: unknown
    readonly identifier: string
    readonly method: 'any' | 'all'
  }
}

function toPath(node: PathNode, binds: Binds): Expression {
  const names: string[] = []
  for (let step: PathNode | undefined = node; step !== undefined; step = step.property) {
    names.push(step.name)
    if (step.lambda !== undefined) {
      const { expression, identifier, method } = step.lambda
      return { kind: 'lambda', method, names, variable: identifier, body: toExpression(expression, binds) }
    }
    if (step.key !== undefined || step.method !== undefined || step.options !== undefined)
      throw new Refusal(400, `The filter does something with ${step.name} that is not supported.`)
    if (step.count === true) return { kind: 'count', names }
  }
  return { kind: 'path', names }
}

/** The value of a literal that the tree refers to. */
export function boundValue(reference: unknown, binds: Binds): Literal {
  const { bind } = reference as { bind: string | number }
  const bound = binds[bind]
  if (bound === undefined) throw new Refusal(400, `The alias ${bind} has no value.`)
  return literalOf(bound)
}

function toList(reference: unknown, binds: Binds): readonly Literal[] {
  const { bind } = reference as { bind: number }
  const list = binds[bind]?.[1] as readonly (readonly [string, unknown])[]
  return list.map(literalOf)
}

function literalOf([type, value]: readonly [type: string, value?: unknown]): Literal {
  if (type === 'Null') return null
  if (typeof value === 'number') return type.startsWith('Date') ? new Date(value) : value
  if (typeof value === 'string' || typeof value === 'boolean') return value
  throw new Refusal(400, `A literal of type ${type} is not supported.`)
}
