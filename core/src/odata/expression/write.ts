import type { Expression, Key, NamedValue, SearchExpression, Segment } from './ast.ts'

/** The one spelling of an expression, decoded: it parses to the same tree and names the same. */
export function writeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return expression.text
    case 'path':
      return writePath(expression.segments)
    case 'unary':
      return `${expression.operator === 'not' ? 'not ' : '-'}${writeExpression(expression.operand)}`
    case 'binary':
      return `${writeExpression(expression.left)} ${expression.operator} ${writeExpression(expression.right)}`
    case 'group':
      return `(${writeExpression(expression.inner)})`
    case 'list':
      return `(${writeAll(expression.items)})`
    case 'call':
      return `${expression.name}(${writeAll(expression.arguments)})`
    case 'case':
      return `case(${expression.branches.map((branch) => branch.map(writeExpression).join(':')).join(',')})`
    case 'typeCheck':
      return `${expression.name}(${expression.operand ? `${writeExpression(expression.operand)},` : ''}${expression.type})`
    case 'array':
      return `[${writeAll(expression.items)}]`
    case 'object':
      return `{${expression.members.map(([name, value]) => `${name}:${writeExpression(value)}`).join(',')}}`
  }
}

function writeAll(expressions: readonly Expression[]): string {
  return expressions.map(writeExpression).join(',')
}

function writePath(segments: readonly Segment[]): string {
  const [first, ...more] = segments
  if (!first) return ''
  return (
    writeSegment(first) + more.map((next) => (next.kind === 'key' ? '' : '/') + writeSegment(next)).join('')
  )
}

function writeSegment(segment: Segment): string {
  switch (segment.kind) {
    case 'name':
      return segment.name
    case 'key':
      return writeKey(segment.key)
    case 'count':
      return `$count${writeCountOptions(segment.filter, segment.search)}`
    case 'filter':
      return `$filter(${writeExpression(segment.condition)})`
    case 'lambda':
      return segment.body
        ? `${segment.operator}(${segment.body.variable}:${writeExpression(segment.body.condition)})`
        : `${segment.operator}()`
    case 'operation':
      return segment.name + writeParameters(segment.parameters)
  }
}

function writeCountOptions(filter: Expression | undefined, search: SearchExpression | undefined): string {
  const options = [
    ...(filter ? [`$filter=${writeExpression(filter)}`] : []),
    ...(search ? [`$search=${writeSearch(search)}`] : []),
  ]
  return options.length > 0 ? `(${options.join(';')})` : ''
}

/** `(1)` or `(ID=1,Code='x')`. */
export function writeKey(key: Key): string {
  return key.kind === 'simple' ? `(${writeExpression(key.value)})` : writeParameters(key.parts)
}

/** `(a=1,b=@b)`. */
export function writeParameters(parameters: readonly NamedValue[]): string {
  return `(${parameters.map(({ name, value }) => `${name}=${writeExpression(value)}`).join(',')})`
}

/** The one spelling of a search; AND is written where it was left out. */
export function writeSearch(search: SearchExpression): string {
  switch (search.kind) {
    case 'term':
      return search.text
    case 'not':
      return `NOT ${writeSearch(search.operand)}`
    case 'and':
      return search.operands.map(writeSearch).join(' AND ')
    case 'or':
      return search.operands.map(writeSearch).join(' OR ')
    case 'group':
      return `(${writeSearch(search.inner)})`
  }
}
