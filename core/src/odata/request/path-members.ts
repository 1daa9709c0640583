import { areRelated, findType } from '#odata/expression/names.ts'
import { boundOperations, isOpaque } from '#odata/expression/operations.ts'
import type { NavigationProperty, StructuralProperty } from '#odata/model.ts'
import { castTo, insideProperty, navigate, type Position } from '#odata/position.ts'
import { createCursor } from '#odata/text/lexer.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { endSegment } from './key.ts'
import { entitiesAt, type Place, placeOf, placeOfPrimitive, typedOf } from './place.ts'
import { nameOf, refuseSegment, type Step, segmentCause, stepTo, touchReading, type Walk } from './walk.ts'

/** A property or navigation property of one entity or complex value; undefined where its type has none of this name. */
export function memberStep(walk: Walk, place: Place, segment: SourceText): Step | undefined {
  const { position } = place
  if (!position) return undefined
  const { model, recorder } = walk.context
  const name = nameOf(segment)
  const navigation = position.type.navigation.get(name)
  const property = position.type.properties.get(name)
  if (!navigation && !property) return undefined
  // A server may take the one or the other.
  if (boundOperations(model, name, typedOf(place)).length > 0) {
    refuseSegment(segment, 'a property and an operation: write the operation with its namespace')
  }
  recorder.visited(name)
  const cursor = createCursor(segment)
  cursor.next()
  if (navigation) {
    const next = navigationPlace(walk, { place, position }, navigation, segment)
    return endSegment(walk, cursor, next, name)
  }
  cursor.expectEnd()
  return property && stepTo(propertyPlace(walk, { place, position }, property, segment), name)
}

type Holder = { readonly place: Place; readonly position: Position }

/** Whoever goes on from an entity reads which entity the property leads to. */
function navigationPlace(
  walk: Walk,
  from: Holder,
  navigation: NavigationProperty,
  segment: SourceText,
): Place {
  const cause = segmentCause(segment)
  if (!(walk.linking && walk.segments.at(-2) === segment)) touchReading(walk.context, from.position, cause)
  const position = navigate(walk.context.model, from.position, navigation)
  if (position.sources.length === 0) walk.context.recorder.unknownReach(cause)
  const { readOnly } = from.place
  return entitiesAt(position, { linkedFrom: from.position, navigated: true, readOnly })
}

function propertyPlace(walk: Walk, from: Holder, property: StructuralProperty, segment: SourceText): Place {
  const { type } = property
  const kept = { readOnly: from.place.readOnly, filtered: from.place.filtered }
  const structured = walk.context.model.types.get(type.name)
  if (!structured) {
    if (!isOpaque(walk.context.model, type)) return { ...placeOfPrimitive(type, from.position), ...kept }
    walk.context.recorder.unknownReach(segmentCause(segment))
    return placeOf('unknown', type, undefined)
  }
  const value = { type: structured, collection: type.collection }
  const position = insideProperty(from.position, property.name, value)
  return { ...placeOf(type.collection ? 'complexes' : 'complex', type, position), ...kept }
}

/** A type as a segment: only one that is derived or base, so that the same set is meant. */
export function castStep(walk: Walk, place: Place, segment: SourceText): Step | undefined {
  const name = nameOf(segment)
  const type = findType(walk.context.model, name)
  if (!type || !place.position) return undefined
  const related = areRelated(place.position.type, type)
  if (!related && place.position.type.undescribed) return undefined
  const cursor = createCursor(segment)
  cursor.next()
  if (!related) {
    refuseSegment(segment, 'a type that is neither derived from the one before it nor its base')
  }
  if (place.cast) refuseSegment(segment, 'a type behind a type')
  walk.context.recorder.visited(name)
  const position = castTo(place.position, type)
  const cast = { ...place, cast: true, position, type: { ...place.type, name: type.name } }
  return endSegment(walk, cursor, cast, type.name)
}
