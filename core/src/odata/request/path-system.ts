import { parseExpression } from '#odata/expression/parser.ts'
import { writeExpression } from '#odata/expression/write.ts'
import { type Cursor, createCursor } from '#odata/text/lexer.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { endSegment } from './key.ts'
import { isCollection, type Place, turnInto } from './place.ts'
import { refuseName, type Step, scopeAt, segmentCause, touchReading, type Walk } from './walk.ts'

const COUNT = { name: 'Edm.Int32', collection: false }
const STREAM = { name: 'Edm.Stream', collection: false }

/** A segment that begins with `$`, behind the first. */
export function systemStep(walk: Walk, place: Place, segment: SourceText): Step {
  const cursor = createCursor(segment)
  const name = cursor.next().text
  if (name === '$filter' && place.kind === 'set') return filterStep(walk, place, segment, cursor)
  const next = systemPlace(walk, place, name, segment)
  return endSegment(walk, cursor, next ?? refuseName(segment, 'nothing that can stand here'), name)
}

function systemPlace(walk: Walk, place: Place, name: string, segment: SourceText): Place | undefined {
  const { kind, position } = place
  const hasMedia = position && [position.type, ...position.type.derived].some((type) => type.hasStream)
  switch (name) {
    case '$count':
      return isCollection(place) ? { ...turnInto(place, 'count', COUNT), readOnly: true } : undefined
    case '$ref':
      if (kind === 'set') return turnInto(place, 'references')
      return kind === 'entity' ? turnInto(place, 'reference') : undefined
    case '$value':
      if (kind === 'entity' && hasMedia) return turnInto(place, 'media', STREAM)
      return kind === 'primitive' ? turnInto(place, 'raw') : undefined
    case '$each':
      if (kind !== 'set' || place.readOnly) return undefined
      touchReading(walk.context, position, segmentCause(segment))
      return turnInto(place, 'each', { ...place.type, collection: false })
    default:
      return undefined
  }
}

/** `$filter(@f)`, `$filter(Age gt 3)`: the condition is about the members of the collection before it. */
function filterStep(walk: Walk, place: Place, segment: SourceText, cursor: Cursor): Step {
  cursor.expect('(')
  const { expression } = parseExpression(cursor, scopeAt(place.position), walk.context)
  cursor.expect(')')
  touchReading(walk.context, place.position, segmentCause(segment))
  return endSegment(
    walk,
    cursor,
    { ...place, filtered: true, cast: false },
    `$filter(${writeExpression(expression)})`,
  )
}
