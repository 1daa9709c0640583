import { areRelated, findType } from '#odata/expression/names.ts'
import { isOpaque } from '#odata/expression/operations.ts'
import { nestedScope, structured, UNKNOWN } from '#odata/expression/scope.ts'
import type { NavigationProperty } from '#odata/model.ts'
import { castTo, insideProperty, navigate, type Position, UNDESCRIBED } from '#odata/position.ts'
import { type Cursor, isMark, type Token, unexpected } from '#odata/text/lexer.ts'
import { causeAt } from '#odata/text/source-text.ts'
import { touchAlong } from './auto-expand.ts'
import type { ExpandItem } from './expand.ts'
import { followLevels } from './expand-levels.ts'
import { readExpandStar } from './expand-star.ts'
import { deeper, type NestedOptions, type Reading, refuseUnknown } from './reading.ts'
import { touchReading } from './walk.ts'

const COUNT_OPTIONS = new Set(['$filter', '$search'])
const REFERENCE_OPTIONS = new Set([...COUNT_OPTIONS, '$orderby', '$skip', '$top', '$count'])
const ENTITY_OPTIONS = new Set([...REFERENCE_OPTIONS, '$select', '$expand', '$compute', '$levels', '$apply'])

/** A navigation property that was found, and from where. */
export type Way = {
  readonly from: Position
  readonly navigation: NavigationProperty
  readonly target: Position
  /** What the path has come to by casts behind the property. */
  readonly shown: Position
}

/** How far the path of one item has come. */
type Walk = {
  readonly reading: Reading
  readonly cursor: Cursor
  readonly start: number
  readonly written: string[]
}

/** Reads `EM.Gala/Sponsor`, `Location/*`, `Bookings/$ref`, `Bookings/$count(...)`, `Bookings(...)`, or a stream. */
export function readExpandPath(cursor: Cursor, reading: Reading): ExpandItem {
  const walk: Walk = { reading, cursor, start: cursor.peek().start, written: [] }
  const way = readWay(walk)
  const path = walk.written.join('/')
  if (way === 'stream') return { kind: 'path', path, text: path }
  if (way !== 'unknown' && 'star' in way) {
    return {
      kind: 'star',
      prefix: path,
      star: readExpandStar(cursor, { ...reading, position: way.star }, `${path}/`),
    }
  }
  const suffix = readSuffix(walk)
  const shown = way === 'unknown' ? undefined : way.shown
  if (way !== 'unknown' && suffix === '') {
    touchAlong(reading.context, way.shown, causeAt(cursor.source, walk.start, cursor.position()))
  }
  // `/$count` is another thing than the entities; `/$ref` is the same in fewer words.
  const place = suffix === '/$count' ? `${path}/$count` : path
  if (!isMark(cursor.peek(), '(')) return { kind: 'path', path: place, text: `${path}${suffix}` }
  const allowed = suffix === '' ? ENTITY_OPTIONS : suffix === '/$ref' ? REFERENCE_OPTIONS : COUNT_OPTIONS
  const begin = cursor.position()
  const { written, levels } = readNested(walk, shown, allowed)
  if (levels > 1 && way !== 'unknown') {
    const readAgain = (position: Position): void => {
      cursor.moveTo(begin)
      readNested(walk, position, allowed)
    }
    followLevels(way, { cursor, reading, start: walk.start, levels, readAgain })
  }
  const inside = written.length > 0 ? `(${written.join(';')})` : ''
  return { kind: 'path', path: place, text: `${path}${suffix}${inside}` }
}

/** Up to the navigation property, and the casts behind it. */
function readWay(walk: Walk): Way | { readonly star: Position } | 'stream' | 'unknown' {
  const { cursor, reading } = walk
  let position = reading.position
  let way: Way | undefined
  while (true) {
    if (position && !way && isMark(cursor.peek(), '*')) return { star: position }
    const token = cursor.next()
    if (token.kind !== 'name') unexpected(cursor.source, token, 'a navigation property')
    reading.context.recorder.visited(token.text)
    const next = position ? readStep(walk, position, token, way !== undefined) : 'unknown'
    if (next === 'stream' || next === 'unknown') {
      if (next === 'unknown') enterUnknown(walk, token)
      return next
    }
    if ('navigation' in next) {
      way = next
      position = next.shown
    } else {
      position = next
      if (way) way = { ...way, shown: next }
    }
    if (way && !(isMark(cursor.peek(), '/') && nameFollows(cursor))) return way
    if (!cursor.accept('/')) refuseUnknown(cursor, walk.start, 'a navigation property')
  }
}

/** Whether `/` is followed by the name of a type, not by `$ref` or `$count`. */
function nameFollows(cursor: Cursor): boolean {
  const before = cursor.position()
  cursor.next()
  const { kind } = cursor.peek()
  cursor.moveTo(before)
  return kind === 'name'
}

function readStep(
  walk: Walk,
  position: Position,
  token: Token,
  behind: boolean,
): Position | Way | 'stream' | 'unknown' {
  const { cursor, reading, written } = walk
  const { model } = reading.context
  const { type } = position
  const navigation = behind ? undefined : type.navigation.get(token.text)
  const property = behind ? undefined : type.properties.get(token.text)
  if (navigation) {
    written.push(token.text)
    const target = navigate(model, position, navigation)
    touchReading(reading.context, target, causeAt(cursor.source, walk.start, token.end))
    return { from: position, navigation, target, shown: target }
  }
  if (property) {
    const inner = model.types.get(property.type.name)
    written.push(token.text)
    if (inner)
      return insideProperty(position, token.text, { type: inner, collection: property.type.collection })
    if (property.type.name === 'Edm.Stream') return 'stream'
    if (!isOpaque(model, property.type)) refuseUnknown(cursor, token.start, 'a navigation property')
    return 'unknown'
  }
  const cast = findType(model, token.text)
  if (cast && areRelated(cast, type)) {
    written.push(cast.name)
    return castTo(position, cast)
  }
  if (!type.undescribed) refuseUnknown(cursor, token.start, `a navigation property of ${type.name}`)
  written.push(token.text)
  return 'unknown'
}

/** Nobody knows what the item leads to; the rest of its path is written as it stands. */
function enterUnknown(walk: Walk, token: Token): void {
  const { cursor, reading, written } = walk
  if (written.length === 0) written.push(token.text)
  while (isMark(cursor.peek(), '/') && nameFollows(cursor)) {
    cursor.next()
    written.push(cursor.next().text)
  }
  reading.context.recorder.unknownReach(causeAt(cursor.source, walk.start, cursor.position()))
}

function readSuffix({ cursor }: Walk): '' | '/$ref' | '/$count' {
  if (!cursor.accept('/')) return ''
  const token = cursor.next()
  if (token.text === '$ref') return '/$ref'
  if (token.text === '$count') return '/$count'
  unexpected(cursor.source, token, '$ref, $count or a type')
}

function readNested(walk: Walk, at: Position | undefined, allowed: ReadonlySet<string>): NestedOptions {
  const { reading, cursor } = walk
  const known = at && at.type !== UNDESCRIBED ? at : undefined
  const scope = nestedScope(reading.scope, known ? structured(known) : UNKNOWN)
  const inside = { ...reading, scope, position: known, depth: deeper(cursor, reading) }
  return reading.nested(cursor, inside, allowed)
}
