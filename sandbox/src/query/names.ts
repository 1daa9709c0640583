import type { Expression } from './expression.ts'

export type Mention = { readonly names: readonly string[]; readonly kind: 'value' | 'items' }

/** What a checker is told: a path, and the variables that are bound where it stands. */
export type Visit = (mention: Mention, variables: ReadonlyMap<string, readonly string[]>) => void

/** Visits every path of a filter, also those that an evaluation would never reach. */
export function visitPaths(
  expression: Expression,
  visit: Visit,
  variables: ReadonlyMap<string, readonly string[]> = new Map(),
): void {
  switch (expression.kind) {
    case 'literal':
      return
    case 'path':
      return visit({ names: expression.names, kind: 'value' }, variables)
    case 'count':
      return visit({ names: expression.names, kind: 'items' }, variables)
    case 'not':
    case 'in':
      return visitPaths(expression.operand, visit, variables)
    case 'call':
    case 'binary':
      return expression.operands.forEach((operand) => visitPaths(operand, visit, variables))
    case 'lambda': {
      visit({ names: expression.names, kind: 'items' }, variables)
      const inner = new Map([...variables, [expression.variable, expression.names]])
      return visitPaths(expression.body, visit, inner)
    }
  }
}
