import { parseKey } from '#odata/expression/parser.ts'
import { writeKey } from '#odata/expression/write.ts'
import { oneOf } from '#odata/position.ts'
import { type Cursor, createCursor, isMark } from '#odata/text/lexer.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { entitiesAt, type Place } from './place.ts'
import { refuseSegment, type Step, scopeAt, stepTo, type Walk } from './walk.ts'

/** Ends a segment: reads the key predicate that may follow a collection of entities, and nothing behind it. */
export function endSegment(walk: Walk, cursor: Cursor, place: Place, written: string): Step {
  if (!isMark(cursor.peek(), '(') || place.kind !== 'set' || !place.position) {
    cursor.expectEnd()
    return stepTo(place, written)
  }
  const inside = { scope: scopeAt(place.position), context: walk.context }
  const key = parseKey(cursor, place.position, inside)
  cursor.expectEnd()
  return stepTo(
    entitiesAt(oneOf(place.position), { ...place, kind: 'entity', cast: false }),
    `${written}${writeKey(key)}`,
  )
}

/**
 * Key values as path segments (URL conventions 4.3.6): one for each part of the key. They are written again as a key
 * predicate, which nobody can take for an operation or a type.
 */
export function keySegments(walk: Walk, place: Place, index: number): Step | undefined {
  const { position } = place
  if (!position || position.type.key.length === 0) return undefined
  const { key } = position.type
  const values = walk.segments.slice(index, index + key.length)
  const parts = key.map((name, part) => keyPart(position.type.properties.get(name)?.type.name, values[part]))
  const missing = parts.findIndex((part) => part === undefined)
  const [first] = values
  if (missing >= 0 && first) {
    const at = values[missing] ?? first
    refuseSegment(at, `no value of the key's part ${key[missing] ?? ''}: write the key in parentheses`)
  }
  const predicate =
    key.length === 1
      ? `(${parts[0] ?? ''})`
      : `(${key.map((name, part) => `${name}=${parts[part] ?? ''}`).join(',')})`
  const entity = entitiesAt(oneOf(position), { ...place, kind: 'entity', cast: false })
  return { place: entity, written: [predicate], used: key.length }
}

/** The literal that a segment stands for; undefined where it is not one of the type. */
function keyPart(type: string | undefined, segment: SourceText | undefined): string | undefined {
  if (!segment || type === undefined || segment.text.startsWith('$')) return undefined
  const { text } = segment
  if (type === 'Edm.String') return `'${text.replaceAll("'", "''")}'`
  if (type === 'Edm.Boolean') return text === 'true' || text === 'false' ? text : undefined
  // The other types' literals stand in URLs as they are, without quotes and prefix.
  if (!type.startsWith('Edm.') || !/^[-+.:0-9A-Za-z]+$/.test(text)) return undefined
  const token = createCursor(segment).peek()
  return token.kind === 'literal' && token.end === text.length ? text : undefined
}
