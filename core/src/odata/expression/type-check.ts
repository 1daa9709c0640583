import { isMark, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Expression } from './ast.ts'
import { areRelated, typeName } from './names.ts'
import { primitive, type Typed, UNKNOWN } from './scope.ts'
import type { Parsed, State } from './state.ts'

/**
 * `isof(type)`, `isof(expression,type)` and the same of `cast` (URL conventions 5.1.1.10). Entities and complex values
 * are only ever of related types. The name is used up.
 */
export function readTypeCheck(state: State, name: 'isof' | 'cast'): Parsed {
  const { cursor } = state
  const open = cursor.expect('(')
  return state.context.budget.deeper(cursor.source, open.start, () => {
    const alone = readType(state)
    if (alone !== undefined && isMark(cursor.peek(), ')')) {
      cursor.next()
      return finish(state, { name, operand: undefined, from: state.scope.this, type: alone })
    }
    cursor.moveTo(open.end)
    const operand = state.expression(state)
    cursor.expect(',')
    const before = cursor.peek()
    const type = readType(state)
    if (type === undefined) return unknownType(state, before)
    cursor.expect(')')
    return finish(state, { name, operand: operand.expression, from: operand.type, type })
  })
}

type NamedType = { readonly name: string; readonly collection: boolean; readonly token: Token }

type Check = {
  readonly name: 'isof' | 'cast'
  readonly operand: Expression | undefined
  readonly from: Typed
  readonly type: NamedType
}

function finish(state: State, check: Check): Parsed {
  const { type, from } = check
  state.context.recorder.visited(type.token.text)
  const target = state.context.model.types.get(type.name)
  if (target && from.kind === 'structured' && !from.position.type.undescribed) {
    if (!areRelated(target, from.position.type)) unknownType(state, type.token)
  }
  const written = type.collection ? `Collection(${type.name})` : type.name
  const expression: Expression = {
    kind: 'typeCheck',
    name: check.name,
    operand: check.operand,
    type: written,
  }
  return { expression, type: check.name === 'isof' ? primitive('Edm.Boolean') : typeAfterCast(check, target) }
}

function typeAfterCast({ from, type }: Check, target: unknown): Typed {
  if (target === undefined) return primitive(type.name, type.collection)
  return from.kind === 'structured' ? from : UNKNOWN
}

/** A type's name, or `Collection(name)`; undefined where something else stands. */
function readType(state: State): NamedType | undefined {
  const { cursor, context } = state
  const token = cursor.peek()
  if (token.kind !== 'name') return undefined
  cursor.next()
  if (token.text !== 'Collection' || !isMark(cursor.peek(), '(')) {
    const name = typeName(context.model, token.text)
    return name === undefined ? undefined : { name, collection: false, token }
  }
  cursor.next()
  const inner = cursor.next()
  if (inner.kind !== 'name') unexpected(cursor.source, inner, 'the name of a type')
  const name = typeName(context.model, inner.text)
  if (name === undefined || !isMark(cursor.peek(), ')')) return undefined
  cursor.next()
  return { name, collection: true, token: inner }
}

function unknownType(state: State, token: Token): never {
  const problem = `"${token.text}" is not a type that the value can have`
  return refuseAt(state.cursor.source, { code: 'odata_unknown_name', problem }, [token.start, token.end])
}
