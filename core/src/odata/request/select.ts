import { areRelated, findType } from '#odata/expression/names.ts'
import { boundOperations } from '#odata/expression/operations.ts'
import { nestedScope, structured, type Typed, UNKNOWN } from '#odata/expression/scope.ts'
import type { StructuralProperty } from '#odata/model.ts'
import { castTo, insideProperty, navigate, type Position } from '#odata/position.ts'
import { type Cursor, isMark, type Token, unexpected } from '#odata/text/lexer.ts'
import { causeAt } from '#odata/text/source-text.ts'
import { deeper, type Reading, refuseUnknown } from './reading.ts'
import { touchReading } from './walk.ts'

const ON_COMPLEX = new Set([
  '$filter',
  '$search',
  '$count',
  '$orderby',
  '$skip',
  '$top',
  '$compute',
  '$select',
])
const ON_PRIMITIVES = new Set(['$filter', '$search', '$count', '$orderby', '$skip', '$top'])

/** Reads `$select` (URL conventions 5.1.4). Naming a navigation property touches GET of its target. */
export function readSelect(cursor: Cursor, reading: Reading): string {
  const items = new Set<string>()
  do items.add(readItem(cursor, reading))
  while (cursor.accept(','))
  return [...items].join(',')
}

/** How far the path of one item has come. */
type Walk = {
  readonly reading: Reading
  readonly cursor: Cursor
  readonly start: number
  readonly written: string[]
  /** Undefined where nobody has published what stands there. */
  position: Position | undefined
}

function readItem(cursor: Cursor, reading: Reading): string {
  if (cursor.accept('*')) return '*'
  const walk: Walk = { reading, cursor, start: cursor.peek().start, written: [], position: reading.position }
  do {
    const token = cursor.next()
    if (token.kind !== 'name') unexpected(cursor.source, token, 'a name of a property')
    reading.context.recorder.visited(token.text)
    const end = readName(walk, token)
    if (end !== undefined) return [...walk.written, end].join('/')
  } while (cursor.accept('/'))
  return walk.written.join('/')
}

/** Reads one name. Gives the text that ends the item where nothing can follow it. */
function readName(walk: Walk, token: Token): string | undefined {
  const { position, reading, cursor } = walk
  const name = token.text
  if (walk.written.length === 0 && reading.scope.computed.has(name)) return name
  const property = position?.type.properties.get(name)
  if (position && property) return readProperty(walk, position, property)
  const navigation = position?.type.navigation.get(name)
  if (position && navigation) {
    walk.position = navigate(reading.context.model, position, navigation)
    touchReading(reading.context, walk.position, causeAt(cursor.source, walk.start, token.end))
    walk.written.push(name)
    return undefined
  }
  return (position && readOperation(walk, token, position)) ?? readCast(walk, token)
}

function readProperty(walk: Walk, position: Position, property: StructuralProperty): string | undefined {
  const { name, type } = property
  const structuredType = walk.reading.context.model.types.get(type.name)
  if (structuredType) {
    walk.position = insideProperty(position, name, { type: structuredType, collection: type.collection })
    if (isMark(walk.cursor.peek(), '('))
      return `${name}${readOptions(walk, structured(walk.position), ON_COMPLEX)}`
    walk.written.push(name)
    return undefined
  }
  if (!type.collection || !isMark(walk.cursor.peek(), '(')) return name
  return `${name}${readOptions(walk, { kind: 'primitive', type, owner: position }, ON_PRIMITIVES)}`
}

function readOptions(walk: Walk, of: Typed, allowed: ReadonlySet<string>): string {
  const { reading, cursor } = walk
  const position = of.kind === 'structured' ? of.position : undefined
  const scope = nestedScope(reading.scope, of)
  const inside = { ...reading, scope, position, depth: deeper(cursor, reading) }
  const { written } = reading.nested(cursor, inside, allowed)
  return written.length > 0 ? `(${written.join(';')})` : ''
}

/** Naming an operation asks whether it can be called, not for what it gives: `EM.Cancel`, `EM.Organiser(a,b)`. */
function readOperation(walk: Walk, token: Token, position: Position): string | undefined {
  const { cursor, reading } = walk
  const { model } = reading.context
  // The namespace of all operations: `EM.*`.
  if (cursor.source.text.startsWith('.*', token.end) && isNamespace(reading, token.text)) {
    cursor.moveTo(token.end + 2)
    return `${model.aliases.get(token.text) ?? token.text}.*`
  }
  const typed = structured(position)
  const all = [typed, structured({ ...position, collection: !position.collection })]
  const [operation] = all.flatMap((each) => boundOperations(model, token.text, each))
  if (!operation) return undefined
  if (!isMark(cursor.peek(), '(')) return operation.name
  cursor.next()
  const names: string[] = []
  do {
    const name = cursor.next()
    if (!operation.parameters.some((parameter) => parameter.name === name.text)) {
      refuseUnknown(cursor, name.start, 'a parameter')
    }
    names.push(name.text)
  } while (cursor.accept(','))
  cursor.expect(')')
  return `${operation.name}(${names.join(',')})`
}

function isNamespace(reading: Reading, name: string): boolean {
  return reading.context.model.namespaces.has(name) || reading.context.model.aliases.has(name)
}

function readCast(walk: Walk, token: Token): string | undefined {
  const { position, reading, cursor } = walk
  const type = findType(reading.context.model, token.text)
  if (type && position && areRelated(type, position.type)) {
    walk.position = castTo(position, type)
    walk.written.push(type.name)
    // Nothing of an entity is selected by its type alone.
    const alone = walk.written.length === 1 && type.kind === 'entity'
    if (alone && !isMark(cursor.peek(), '/') && !isMark(cursor.peek(), '('))
      unexpected(cursor.source, cursor.peek(), '"/"')
    if (isMark(cursor.peek(), '(')) {
      const last = walk.written.pop() ?? ''
      return `${last}${readOptions(walk, structured(walk.position), ON_COMPLEX)}`
    }
    return undefined
  }
  if (position && !position.type.undescribed) {
    refuseUnknown(cursor, token.start, `a property of ${position.type.name}`)
  }
  return readUndescribed(walk, token)
}

/** A plain name stays with its entity, whatever it is; anything that goes on from it may lead anywhere. */
function readUndescribed(walk: Walk, token: Token): string | undefined {
  const { cursor, reading } = walk
  const plain = walk.position !== undefined && !token.text.includes('.') && !isMark(cursor.peek(), '/')
  walk.position = undefined
  if (!plain) reading.context.recorder.unknownReach(causeAt(cursor.source, walk.start, token.end))
  if (isMark(cursor.peek(), '(')) {
    reading.context.recorder.unknownReach(causeAt(cursor.source, walk.start, token.end))
    return `${token.text}${readOptions(walk, UNKNOWN, ON_COMPLEX)}`
  }
  walk.written.push(token.text)
  return undefined
}
