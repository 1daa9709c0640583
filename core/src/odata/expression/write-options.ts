import type { AggregateItem, ComputeItem, OrderByItem, Transformation } from './ast.ts'
import { writeExpression } from './write.ts'

/** The one spelling of `$orderby`: `asc` is not written. */
export function writeOrderBy(items: readonly OrderByItem[]): string {
  return items.map((item) => writeExpression(item.expression) + (item.descending ? ' desc' : '')).join(',')
}

/** The one spelling of `$compute`. */
export function writeCompute(items: readonly ComputeItem[]): string {
  return items.map((item) => `${writeExpression(item.expression)} as ${item.name}`).join(',')
}

/** The one spelling of `$apply`. */
export function writeApply(transformations: readonly Transformation[]): string {
  return transformations.map(writeTransformation).join('/')
}

function writeTransformation(transformation: Transformation): string {
  switch (transformation.kind) {
    case 'filter':
      return `filter(${writeExpression(transformation.condition)})`
    case 'groupby': {
      const paths = transformation.paths.map(writeExpression).join(',')
      return `groupby((${paths})${transformation.inside ? `,${writeApply(transformation.inside)}` : ''})`
    }
    case 'aggregate':
      return `aggregate(${transformation.items.map(writeAggregateItem).join(',')})`
    case 'compute':
      return `compute(${writeCompute(transformation.items)})`
    case 'orderby':
      return `orderby(${writeOrderBy(transformation.items)})`
    case 'top':
    case 'skip':
      return `${transformation.kind}(${transformation.count})`
    case 'concat':
      return `concat(${transformation.branches.map(writeApply).join(',')})`
    case 'identity':
      return 'identity'
  }
}

function writeAggregateItem({ expression, method, name }: AggregateItem): string {
  return `${writeExpression(expression)}${method === undefined ? '' : ` with ${method}`} as ${name}`
}
