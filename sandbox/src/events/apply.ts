import { Refusal } from '#refusal.ts'
import type { Context } from './context.ts'
import { asList, isEntity, newEntity, type Value } from './entity.ts'
import { compare, evaluateFor } from './evaluate.ts'
import { computed, filter, order } from './operators.ts'
import { nameAndInside, splitOutside } from './split.ts'

/** Carries out $apply, one transformation after the other. */
export function applyTransformations(
  context: Context,
  from: readonly Value[],
  text: string | undefined,
): readonly Value[] {
  if (text === undefined || text.trim() === '') return from
  return splitOutside(text, '/').reduce((items, part) => transform(context, items, part), from)
}

function transform(context: Context, items: readonly Value[], part: string): readonly Value[] {
  const { name, inside = '' } = nameAndInside(part)
  switch (name.toLowerCase()) {
    case 'filter':
      return filter(context, items, inside)
    case 'orderby':
      return order(context, items, inside)
    case 'top':
      return items.slice(0, Number(inside))
    case 'skip':
      return items.slice(Number(inside))
    case 'identity':
      return items
    case 'concat':
      return splitOutside(inside, ',').flatMap((one) => applyTransformations(context, items, one))
    case 'compute':
      return items.map((item) =>
        isEntity(item) ? { ...item, values: { ...item.values, ...computed(context, item, inside) } } : item,
      )
    case 'aggregate':
      return [newEntity('', '', aggregate(context, items, inside))]
    case 'groupby':
      return groupBy(context, items, inside)
    default:
      throw new Refusal(400, `The transformation ${name} is not supported.`)
  }
}

function groupBy(context: Context, items: readonly Value[], inside: string): readonly Value[] {
  const [by = '', ...then] = splitOutside(inside, ',')
  const paths = splitOutside(by.trim().replace(/^\(|\)$/g, ''), ',').map((path) => path.trim())
  const groups = Map.groupBy(items, (item) =>
    JSON.stringify(paths.map((path) => plainKey(evaluateFor(context, path, item)))),
  )
  return [...groups.values()].flatMap((members) => {
    const values: Record<string, Value> = {}
    for (const path of paths) put(values, path.split('/'), evaluateFor(context, path, members[0] ?? null))
    const inner =
      then.length === 0 ? [newEntity('', '')] : applyTransformations(context, members, then.join(','))
    return inner.map((item) => newEntity('', '', { ...values, ...(isEntity(item) && item.values) }))
  })
}

function plainKey(value: Value): unknown {
  return isEntity(value) ? value.values : value
}

/** Puts a value below a path: `Account/Email` becomes `{Account: {Email}}`. */
function put(values: Record<string, Value>, [first = '', ...rest]: readonly string[], value: Value): void {
  if (rest.length === 0) {
    values[first] = value
    return
  }
  const held = values[first]
  const inner = isEntity(held) ? held : newEntity('', '')
  values[first] = inner
  put(inner.values, rest, value)
}

function aggregate(context: Context, items: readonly Value[], text: string): Record<string, Value> {
  return Object.fromEntries(
    splitOutside(text, ',').map((part) => {
      const [, path = '', method = 'sum', name = path] =
        /^\s*(.*?)(?:\s+with\s+([\w.]+))?(?:\s+as\s+(\w+))?\s*$/is.exec(part) ?? []
      if (path === '$count') return [name === '$count' ? 'count' : name, items.length]
      const values = items.flatMap((item) => asList(evaluateFor(context, path, item)))
      return [name, summary(method, values)]
    }),
  )
}

function summary(method: string, values: readonly Value[]): Value {
  const numbers = values.map(Number).filter((value) => !Number.isNaN(value))
  const sum = numbers.reduce((total, value) => total + value, 0)
  const sorted = values.toSorted((a, b) => compare(a, b) ?? 0)
  switch (method.toLowerCase()) {
    case 'max':
      return sorted.at(-1) ?? null
    case 'min':
      return sorted[0] ?? null
    case 'average':
      return numbers.length === 0 ? null : sum / numbers.length
    case 'countdistinct':
      return new Set(values).size
    default:
      return sum
  }
}
