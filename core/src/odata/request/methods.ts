import type { Place, PlaceKind } from './place.ts'

const METHODS: Readonly<Record<PlaceKind, readonly string[]>> = {
  set: ['GET', 'PATCH', 'POST'],
  entity: ['DELETE', 'GET', 'PATCH', 'PUT'],
  each: ['DELETE', 'PATCH'],
  complex: ['DELETE', 'GET', 'PATCH', 'PUT'],
  complexes: ['DELETE', 'GET', 'POST', 'PUT'],
  primitive: ['DELETE', 'GET', 'PATCH', 'PUT'],
  primitives: ['DELETE', 'GET', 'POST', 'PUT'],
  stream: ['DELETE', 'GET', 'PUT'],
  media: ['DELETE', 'GET', 'PUT'],
  raw: ['DELETE', 'GET', 'PUT'],
  count: ['GET'],
  reference: ['DELETE', 'GET', 'PUT'],
  references: ['DELETE', 'GET', 'POST', 'PUT'],
  action: ['POST'],
  crossjoin: ['GET'],
  all: ['GET'],
  unknown: ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'],
}

/** Methods that the place has, HEAD aside, in the order of the alphabet. */
export function methodsOf(place: Place): readonly string[] {
  const methods = METHODS[place.kind]
  if (place.kind === 'action' || place.kind === 'unknown') return methods
  const linked = place.kind === 'reference' || place.kind === 'references'
  const readOnly = place.readOnly || (place.filtered && place.kind === 'set') || (linked && !place.linkedFrom)
  return readOnly ? methods.filter((method) => method === 'GET') : methods
}

/** The method that decides what is touched: HEAD is a GET whose body stays away. */
export function decidingMethod(method: string): string {
  return method === 'HEAD' ? 'GET' : method
}
