import { structured, type Typed, UNKNOWN } from '#odata/expression/scope.ts'
import type { Operation, TypeRef } from '#odata/model.ts'
import type { Position } from '#odata/position.ts'

/** What kind of resource a path has come to. It decides the methods, the options and the segments that may follow. */
export type PlaceKind =
  | 'set'
  | 'entity'
  | 'each'
  | 'complex'
  | 'complexes'
  | 'primitive'
  | 'primitives'
  | 'stream'
  /** `/$value` of an entity: its media. */
  | 'media'
  /** `/$value` of a property. */
  | 'raw'
  | 'count'
  | 'reference'
  | 'references'
  | 'action'
  | 'crossjoin'
  | 'all'
  /** Behind something that nobody has published. */
  | 'unknown'

/** An action at the end of a path. `result` is undefined where it gives nothing back. */
export type CalledAction = { readonly operations: readonly Operation[]; readonly result: Place | undefined }

/** What a resource path has come to. */
export type Place = {
  readonly kind: PlaceKind
  readonly type: TypeRef
  /** Where the value stands; of primitive values and streams what holds them. Undefined for what no set holds. */
  readonly position: Position | undefined
  /** Where the entity before the last navigation property stands: what links belong to. */
  readonly linkedFrom: Position | undefined
  /** Reached by a navigation property: an operation there still shows, by running, what the property leads to. */
  readonly navigated: boolean
  /** By a `$filter` segment: whoever modifies sees from the answer which entities match. */
  readonly filtered: boolean
  /** The result of a function: it is read, not changed. */
  readonly readOnly: boolean
  /** Its type is one that the last segment said: a second one does not follow it. */
  readonly cast: boolean
  /** Of an action: the overloads that the last segment may mean, and what they give back. */
  readonly action: CalledAction | undefined
}

const NOWHERE: Omit<Place, 'kind' | 'type' | 'position'> = {
  linkedFrom: undefined,
  navigated: false,
  filtered: false,
  readOnly: false,
  cast: false,
  action: undefined,
}

/** Entities at a position: a set or one entity. */
export function entitiesAt(position: Position, more: Partial<Place> = {}): Place {
  const type = { name: position.type.name, collection: position.collection }
  return { ...NOWHERE, ...more, kind: position.collection ? 'set' : 'entity', type, position }
}

/** A place of another kind at the same position: what a system segment leads to. */
export function turnInto(place: Place, kind: PlaceKind, type: TypeRef = place.type): Place {
  return { ...place, kind, type }
}

/** A place of its own. */
export function placeOf(kind: PlaceKind, type: TypeRef, position: Position | undefined): Place {
  return { ...NOWHERE, kind, type, position }
}

/** Primitive values or a stream, held by what stands at `holder`. */
export function placeOfPrimitive(type: TypeRef, holder: Position | undefined): Place {
  if (type.name === 'Edm.Stream') return placeOf('stream', type, holder)
  return placeOf(type.collection ? 'primitives' : 'primitive', type, holder)
}

/** Whether the place holds many of what it holds. */
export function isCollection(place: Place): boolean {
  return place.kind === 'set' || place.kind === 'complexes' || place.kind === 'primitives'
}

/** What expressions about the place, and operations bound to it, take it for. */
export function typedOf(place: Place): Typed {
  const { kind, type, position } = place
  if (kind === 'primitive' || kind === 'primitives' || kind === 'stream') {
    return { kind: 'primitive', type, owner: position }
  }
  if (!position || kind === 'unknown') return UNKNOWN
  return structured(kind === 'each' ? { ...position, collection: false } : position)
}
