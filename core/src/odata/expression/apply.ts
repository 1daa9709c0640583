import { type Cursor, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import { readAggregate } from './aggregate.ts'
import type { Expression, Transformation } from './ast.ts'
import type { Context } from './context.ts'
import { parseCompute, parseFilter, parseOrderBy } from './options.ts'
import { beginState } from './parser.ts'
import { readPath } from './path.ts'
import { type Scope, type Typed, withComputed } from './scope.ts'

/** Transformations, and the scope of what comes after them. */
export type Applied = { readonly transformations: readonly Transformation[]; readonly scope: Scope }

type Step = { readonly transformation: Transformation; readonly scope: Scope }

/**
 * Reads `$apply` (Data Aggregation 3): filter, groupby, aggregate, compute, orderby, top, skip, concat and identity. All
 * other transformations are `odata_not_supported`. Throws a `Refusal`.
 */
export function parseApply(cursor: Cursor, scope: Scope, context: Context): Applied {
  const transformations: Transformation[] = []
  let current = scope
  do {
    const step = readTransformation(cursor, current, context)
    transformations.push(step.transformation)
    current = step.scope
  } while (cursor.accept('/'))
  return { transformations, scope: current }
}

function readTransformation(cursor: Cursor, scope: Scope, context: Context): Step {
  const name = cursor.next()
  if (name.kind !== 'name') unexpected(cursor.source, name, 'a transformation')
  context.budget.node(cursor.source, name.start)
  if (name.text === 'identity') return { transformation: { kind: 'identity' }, scope }
  const read = READERS.get(name.text)
  if (!read) {
    const problem = `the transformation "${name.text}" is not forwarded`
    return refuseAt(cursor.source, { code: 'odata_not_supported', problem }, [name.start, name.end])
  }
  if (cursor.peek().spaced) unexpected(cursor.source, cursor.peek(), '"("')
  cursor.expect('(')
  const step = context.budget.deeper(cursor.source, name.start, () => read(cursor, scope, context))
  cursor.expect(')')
  return step
}

const READERS: ReadonlyMap<string, (cursor: Cursor, scope: Scope, context: Context) => Step> = new Map([
  [
    'filter',
    (cursor, scope, context) => ({
      transformation: { kind: 'filter', condition: parseFilter(cursor, scope, context) },
      scope,
    }),
  ],
  [
    'orderby',
    (cursor, scope, context) => ({
      transformation: { kind: 'orderby', items: parseOrderBy(cursor, scope, context) },
      scope,
    }),
  ],
  [
    'compute',
    (cursor, scope, context) => {
      const { items, names } = parseCompute(cursor, scope, context)
      return { transformation: { kind: 'compute', items }, scope: withComputed(scope, names) }
    },
  ],
  ['aggregate', readAggregate],
  ['groupby', readGroupBy],
  ['concat', readConcat],
  ['top', (cursor, scope) => ({ transformation: { kind: 'top', count: readNumber(cursor) }, scope })],
  ['skip', (cursor, scope) => ({ transformation: { kind: 'skip', count: readNumber(cursor) }, scope })],
])

function readNumber(cursor: Cursor): string {
  const token = cursor.next()
  return /^\d{1,19}$/.test(token.text) ? token.text : unexpected(cursor.source, token, 'a number')
}

function readConcat(cursor: Cursor, scope: Scope, context: Context): Step {
  const branches: Applied[] = []
  do branches.push(parseApply(cursor, scope, context))
  while (cursor.accept(','))
  if (branches.length < 2) unexpected(cursor.source, cursor.peek(), '","')
  const transformation = {
    kind: 'concat',
    branches: branches.map((branch) => branch.transformations),
  } as const
  return { transformation, scope: branches.map((branch) => branch.scope).reduce(either) }
}

/** What is there where a row may come from one or the other. */
function either(one: Scope, other: Scope): Scope {
  const visible = one.visible && other.visible ? new Set([...one.visible, ...other.visible]) : undefined
  return { ...one, computed: new Map([...one.computed, ...other.computed]), visible }
}

function readGroupBy(cursor: Cursor, scope: Scope, context: Context): Step {
  const paths: Expression[] = []
  const visible = new Set<string>()
  const computed = new Map<string, Typed>()
  cursor.expect('(')
  do {
    const token = cursor.peek()
    if (token.kind !== 'name') unexpected(cursor.source, token, 'a property')
    if (token.text === 'rollup' || token.text === 'rolluprecursive')
      refuseAt(cursor.source, { code: 'odata_not_supported', problem: `"${token.text}" is not forwarded` }, [
        token.start,
        token.end,
      ])
    const path = readPath(beginState(cursor, scope, context))
    if (
      path.expression.kind !== 'path' ||
      path.expression.segments.some((segment) => segment.kind !== 'name') ||
      endsInType(path.expression)
    )
      unexpected(cursor.source, token, 'a path of single-valued properties')
    paths.push(path.expression)
    keep(visible, path.expression, path.type)
    const made = scope.computed.get(token.text)
    if (made) computed.set(token.text, made)
  } while (cursor.accept(','))
  cursor.expect(')')
  const then = cursor.accept(',') ? parseApply(cursor, scope, context) : undefined
  const after = then ? merge(then.scope, visible, computed) : { ...scope, visible, computed }
  return { transformation: { kind: 'groupby', paths, inside: then?.transformations }, scope: after }
}

/** Types are written with their namespace, which no property has. */
function endsInType(path: Extract<Expression, { kind: 'path' }>): boolean {
  const last = path.segments.at(-1)
  return last?.kind === 'name' && last.name.includes('.')
}

/** A grouping whose transformations keep whole entities keeps all; others keep what was grouped by and what they make. */
function merge(scope: Scope, grouped: ReadonlySet<string>, computed: ReadonlyMap<string, Typed>): Scope {
  const visible = scope.visible && new Set([...scope.visible, ...grouped])
  return { ...scope, visible, computed: new Map([...computed, ...scope.computed]) }
}

/** Notes the path and what leads to it; of a whole entity or complex value, everything in it. */
function keep(visible: Set<string>, path: Expression, type: Typed): void {
  if (path.kind !== 'path') return
  const names: string[] = []
  for (const segment of path.segments) {
    if (segment.kind !== 'name' || segment.name.includes('.')) continue
    names.push(segment.name)
    visible.add(names.join('/'))
  }
  if (type.kind !== 'primitive') visible.add(`${names.join('/')}/`)
}
