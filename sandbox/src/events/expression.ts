import { Refusal } from '#refusal.ts'
import type { Value } from './entity.ts'
import { type Token, tokenize } from './tokens.ts'

export type Step = {
  readonly name: string
  /** In parentheses behind the name: keys, parameters, operands. */
  readonly operands?: readonly Operand[]
  readonly lambda?: { readonly variable: string; readonly body: Expression }
}
export type Operand = { readonly name?: string; readonly value: Expression }

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

const RANKS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  in: 4,
  has: 4,
  gt: 4,
  ge: 4,
  lt: 4,
  le: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  divby: 6,
  mod: 6,
}

type Reader = {
  readonly peek: () => Token | undefined
  readonly take: (text?: string) => Token
  readonly has: (text: string) => boolean
}

/** Reads an expression as generously as it can. Whatever follows it is overlooked. */
export function parseExpression(text: string): Expression {
  return expression(reader(tokenize(text)), 0)
}

function reader(tokens: readonly Token[]): Reader {
  let at = 0
  const has = (text: string): boolean => tokens[at]?.kind === 'sign' && tokens[at]?.text === text
  return {
    peek: () => tokens[at],
    has,
    take: (text) => {
      const token = tokens[at]
      if (token === undefined || (text !== undefined && !has(text)))
        throw new Refusal(
          400,
          `Expected ${text ?? 'an expression'} instead of '${token?.text ?? 'the end'}'.`,
        )
      at += 1
      return token
    },
  }
}

function expression(tokens: Reader, rank: number): Expression {
  let left = operand(tokens)
  for (;;) {
    const token = tokens.peek()
    const operator = token?.kind === 'name' ? token.text.toLowerCase() : ''
    const own = RANKS[operator] ?? 0
    if (own === 0 || own <= rank) return left
    tokens.take()
    left = { kind: 'binary', operator, left, right: expression(tokens, own) }
  }
}

function operand(tokens: Reader): Expression {
  const token = tokens.take()
  if (token.kind === 'value') return { kind: 'literal', value: token.value }
  if (token.kind === 'name') {
    if (token.text.toLowerCase() === 'not') return { kind: 'not', operand: expression(tokens, 2) }
    return path(tokens, token.text)
  }
  if (token.text === '(' || token.text === '[') {
    const items = listItems(tokens, token.text === '(' ? ')' : ']')
    const [only] = items
    return items.length === 1 && only && token.text === '(' ? only : { kind: 'list', items }
  }
  throw new Refusal(400, `'${token.text}' does not begin an expression.`)
}

function listItems(tokens: Reader, end: string): readonly Expression[] {
  const items: Expression[] = []
  while (!tokens.has(end)) {
    items.push(expression(tokens, 0))
    if (tokens.has(',')) tokens.take()
  }
  tokens.take(end)
  return items
}

function path(tokens: Reader, first: string): Expression {
  const steps: Step[] = [step(tokens, first)]
  while (tokens.has('/')) {
    tokens.take()
    const token = tokens.take()
    steps.push(step(tokens, token.text))
  }
  return { kind: 'path', steps }
}

function step(tokens: Reader, name: string): Step {
  if (!tokens.has('(')) return { name }
  tokens.take()
  if (/^(any|all)$/i.test(name)) {
    if (tokens.has(')')) {
      tokens.take()
      return { name: name.toLowerCase() }
    }
    const variable = tokens.take().text
    tokens.take(':')
    const body = expression(tokens, 0)
    tokens.take(')')
    return { name: name.toLowerCase(), lambda: { variable, body } }
  }
  const operands: Operand[] = []
  while (!tokens.has(')')) {
    const value = expression(tokens, 0)
    if (tokens.has('=') && value.kind === 'path') {
      tokens.take()
      operands.push({ name: value.steps[0]?.name ?? '', value: expression(tokens, 0) })
    } else operands.push({ value })
    if (tokens.has(',')) tokens.take()
  }
  tokens.take(')')
  return { name, operands }
}
