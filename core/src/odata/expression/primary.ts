import { isMark, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Expression } from './ast.ts'
import { type BuiltinFunction, builtinFunction } from './builtin-functions.ts'
import { readJson } from './json.ts'
import { qualifiedNames } from './names.ts'
import { readPath } from './path.ts'
import { primitive, UNKNOWN } from './scope.ts'
import { type Parsed, type State, singleValued } from './state.ts'
import { readTypeCheck } from './type-check.ts'

const CONSTANT = /^(?:null|true|false|NaN|INF)$/

/** An expression without operators around it: a literal, a path, a call, a group. */
export function readPrimary(state: State): Parsed {
  const { cursor, context } = state
  const token = cursor.peek()
  context.budget.node(cursor.source, token.start)
  if (token.kind === 'string' || token.kind === 'literal') return readLiteral(state)
  if (token.kind === 'name') return readNamed(state, token)
  if (token.kind === 'system' || token.kind === 'alias') return readPath(state)
  if (isMark(token, '(')) return readGroup(singleValued(state))
  if (isMark(token, '[') || isMark(token, '{')) return readJson(singleValued(state))
  return unexpected(cursor.source, token, 'an expression')
}

function readLiteral(state: State): Parsed {
  const { cursor } = state
  const token = cursor.next()
  const type = token.type ?? 'Edm.String'
  if (type.startsWith('Edm.')) return { expression: literal(token.text), type: primitive(type) }
  return readEnumeration(state, token, type)
}

/** `EM.Color'Red'`: the enumeration and its members have to be known. */
function readEnumeration(state: State, token: Token, written: string): Parsed {
  const { model, recorder } = state.context
  const name = qualifiedNames(model, written).find((qualified) => model.enumerations.has(qualified))
  const known = name === undefined ? undefined : model.enumerations.get(name)
  const content = token.text.slice(written.length + 1, -1)
  const wrong = content.split(',').find((member) => !known?.has(member) && !/^[-+]?\d{1,19}$/.test(member))
  if (name === undefined || wrong !== undefined) {
    const problem =
      name === undefined ? `"${written}" is not an enumeration` : `"${wrong}" is not a member of ${name}`
    return refuseAt(state.cursor.source, { code: 'odata_unknown_name', problem }, [token.start, token.end])
  }
  recorder.visited(written)
  return { expression: literal(`${name}'${content}'`), type: primitive(name) }
}

function readNamed(state: State, token: Token): Parsed {
  const { cursor } = state
  const before = cursor.position()
  cursor.next()
  const ahead = cursor.peek()
  const called = isMark(ahead, '(') && !ahead.spaced
  const constant = !called && !isMark(ahead, '/') ? constantOf(token.text) : undefined
  if (constant !== undefined) return { expression: literal(constant), type: typeOfConstant(constant) }
  // A navigation property of that name is taken for one: then the more is touched.
  const ownName =
    state.scope.this.kind === 'structured' && state.scope.this.position.type.navigation.has(token.text)
  const own = called && !ownName ? readOwn(singleValued(state), token) : undefined
  if (own) return own
  cursor.moveTo(before)
  return readPath(state)
}

/** `true`, `false`, `null`, `NaN` and `INF`; booleans in any case. */
function constantOf(text: string): string | undefined {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase()
  return CONSTANT.test(text) ? text : undefined
}

function typeOfConstant(constant: string) {
  if (constant === 'null') return UNKNOWN
  return primitive(constant === 'true' || constant === 'false' ? 'Edm.Boolean' : 'Edm.Double')
}

/** A function of OData's own; undefined where the name is none. Its name is used up, `(` comes next. */
function readOwn(state: State, token: Token): Parsed | undefined {
  const name = token.text.toLowerCase()
  if (name === 'case') return readCase(state)
  if (name === 'isof' || name === 'cast') return readTypeCheck(state, name)
  const builtin = builtinFunction(name)
  return builtin && readCall(state, builtin, token)
}

function readCall(state: State, builtin: BuiltinFunction, token: Token): Parsed {
  const { cursor } = state
  const given: Expression[] = []
  const open = cursor.expect('(')
  state.context.budget.deeper(cursor.source, open.start, () => {
    if (cursor.accept(')')) return
    do given.push(state.expression(state).expression)
    while (cursor.accept(','))
    cursor.expect(')')
  })
  if (given.length < builtin.least || given.length > builtin.most) {
    const problem = `${builtin.name} with ${given.length} arguments`
    refuseAt(cursor.source, { code: 'odata_malformed', problem }, [token.start, cursor.position()])
  }
  return { expression: { kind: 'call', name: builtin.name, arguments: given }, type: builtin.returns }
}

/** `case(condition:value,...)`. */
function readCase(state: State): Parsed {
  const { cursor } = state
  const branches: [Expression, Expression][] = []
  const open = cursor.expect('(')
  state.context.budget.deeper(cursor.source, open.start, () => {
    do {
      const condition = state.expression(state).expression
      cursor.expect(':')
      branches.push([condition, state.expression(state).expression])
    } while (cursor.accept(','))
    cursor.expect(')')
  })
  return { expression: { kind: 'case', branches }, type: UNKNOWN }
}

function readGroup(state: State): Parsed {
  const { cursor } = state
  const open = cursor.expect('(')
  const inner = state.context.budget.deeper(cursor.source, open.start, () => state.expression(state))
  cursor.expect(')')
  return { expression: { kind: 'group', inner: inner.expression }, type: inner.type }
}

function literal(text: string): Expression {
  return { kind: 'literal', text }
}
