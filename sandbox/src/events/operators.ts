import type { Context } from './context.ts'
import type { Value } from './entity.ts'
import { compare, evaluate, evaluateFor, scopeOf } from './evaluate.ts'
import { parseExpression } from './expression.ts'
import { splitOutside } from './split.ts'

export function filter(context: Context, from: readonly Value[], text: string | undefined): readonly Value[] {
  if (text === undefined || text.trim() === '') return from
  const expression = parseExpression(text)
  return from.filter((item) => evaluate(expression, scopeOf(context, item)) === true)
}

/** Nulls come first when ascending. */
export function order(context: Context, from: readonly Value[], text: string | undefined): readonly Value[] {
  if (text === undefined || text.trim() === '') return from
  const keys = splitOutside(text, ',').map((part) => {
    const [, expression = '', direction = 'asc'] = /^(.*?)(?:\s+(asc|desc))?\s*$/is.exec(part) ?? []
    return { expression: parseExpression(expression), descending: direction.toLowerCase() === 'desc' }
  })
  const valued = from.map((item) => ({
    item,
    values: keys.map((key) => evaluate(key.expression, scopeOf(context, item))),
  }))
  const sorted = valued.toSorted((a, b) => {
    for (const [index, { descending }] of keys.entries()) {
      const [left = null, right = null] = [a.values[index], b.values[index]]
      const difference = compare(left, right) ?? Number(right === null) - Number(left === null)
      if (difference !== 0) return descending ? -difference : difference
    }
    return 0
  })
  return sorted.map(({ item }) => item)
}

/** `Seats mul 2 as double,Account/Email as mail` */
export function computed(context: Context, item: Value, text: string): Record<string, Value> {
  return Object.fromEntries(
    splitOutside(text, ',').map((part) => {
      const [, expression = '', name = ''] = /^(.*)\s+as\s+(\w+)\s*$/is.exec(part) ?? []
      return [name, evaluateFor(context, expression, item)]
    }),
  )
}
