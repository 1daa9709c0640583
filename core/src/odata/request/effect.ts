import type { ExpectedBody, ResultShape } from '#odata/analysis.ts'
import { endpointKeys, oneOf, type Position, type Verb } from '#odata/position.ts'
import type { Place } from './place.ts'

/** What carrying out a method at a place does. */
export type Effect = {
  /** Keys of the endpoints: `PATCH Events`. */
  readonly endpoints: readonly string[]
  /** An effect on something that no set of the model holds. */
  readonly unknown: boolean
  readonly body: ExpectedBody
  readonly result: ResultShape
}

const NO_BODY: ExpectedBody = { kind: 'none' }
const NOTHING: ResultShape = { kind: 'nothing', position: undefined }

/** What a method does at a place that has it; actions and functions aside, which are endpoints of their own. */
export function effectOf(place: Place, method: string, ifMatch: boolean): Effect {
  if (method === 'GET') return reading(place)
  switch (place.kind) {
    case 'action':
      return calling(place)
    case 'set':
      return changingSet(place, method)
    case 'entity':
    case 'each':
      return changingEntity(place, method, ifMatch)
    case 'reference':
    case 'references':
      return linking(place, method)
    case 'stream':
    case 'media':
      return streaming(place, method)
    case 'complex':
    case 'complexes':
    case 'primitive':
    case 'primitives':
    case 'raw':
      return changingProperty(place, method)
    case 'count':
    case 'crossjoin':
    case 'all':
    case 'unknown':
      return unknownEffect(method)
  }
}

/** What a place shows when it is read. */
function shapeOf(place: Place): ResultShape {
  const { position } = place
  switch (place.kind) {
    case 'set':
    case 'entity':
    case 'crossjoin':
      return { kind: 'entities', position }
    case 'complex':
    case 'complexes':
      return { kind: 'value', position }
    case 'primitive':
    case 'primitives':
      return { kind: 'value', position: undefined }
    case 'stream':
    case 'media':
    case 'raw':
      return { kind: 'media', position: undefined }
    case 'count':
      return { kind: 'count', position: undefined }
    case 'reference':
    case 'references':
      return { kind: 'reference', position }
    case 'all':
    case 'unknown':
      return { kind: 'entities', position: undefined }
    case 'each':
    case 'action':
      return NOTHING
  }
}

/** The action's own endpoint, and the sets of its result, are touched where it is named. */
function calling({ action }: Place): Effect {
  const operations = action?.operations ?? []
  const body: ExpectedBody =
    operations.length > 0 ? { kind: 'parameters', operations } : { kind: 'undescribed' }
  return { endpoints: [], unknown: false, body, result: action?.result ? shapeOf(action.result) : NOTHING }
}

function reading(place: Place): Effect {
  const unknown = place.kind === 'all' || place.kind === 'unknown'
  // The sets of a join are touched where they are named.
  const named = unknown || place.kind === 'crossjoin'
  const endpoints = place.position && !named ? endpointKeys(place.position, 'GET') : []
  return { endpoints, unknown, body: NO_BODY, result: shapeOf(place) }
}

function changingSet(place: Place, method: string): Effect {
  const { position } = place
  if (!position) return unknownEffect(method)
  const result: ResultShape = { kind: 'entities', position: method === 'POST' ? oneOf(position) : position }
  if (method === 'POST') {
    const body: ExpectedBody = { kind: 'entity', position: oneOf(position), change: 'insert' }
    return { ...changing(position, ['POST']), body, result }
  }
  // A delta updates what is there and inserts what is not; what it removes is touched by its body.
  return { ...changing(position, ['PATCH', 'POST']), body: { kind: 'delta', position }, result }
}

function changingEntity(place: Place, method: string, ifMatch: boolean): Effect {
  const { position } = place
  if (!position) return unknownEffect(method)
  const reads = place.filtered ? endpointKeys(position, 'GET') : []
  if (method === 'DELETE') {
    const deleting = changing(position, ['DELETE'])
    return { ...deleting, endpoints: [...deleting.endpoints, ...reads], body: NO_BODY, result: NOTHING }
  }
  const one = oneOf(position)
  const upserts = ifMatch || place.kind === 'each' ? [] : upsertKeys(position)
  const updating = changing(position, ['PATCH'])
  return {
    ...updating,
    endpoints: [...updating.endpoints, ...upserts, ...reads],
    body: { kind: 'entity', position: one, change: upserts.length > 0 ? 'upsert' : 'update' },
    result: { kind: 'entities', position: place.kind === 'each' ? { ...one, collection: true } : one },
  }
}

function linking(place: Place, method: string): Effect {
  const { position, linkedFrom } = place
  if (!position || !linkedFrom) return unknownEffect(method)
  const ends = [changing(linkedFrom, ['PATCH']), changing(position, ['PATCH'])]
  const body: ExpectedBody = method === 'DELETE' ? NO_BODY : { kind: 'reference', position }
  const endpoints = ends.flatMap((end) => end.endpoints)
  return { endpoints, unknown: ends.some((end) => end.unknown), body, result: NOTHING }
}

function streaming(place: Place, method: string): Effect {
  if (!place.position) return unknownEffect(method)
  if (method === 'DELETE') return { ...changing(place.position, ['DELETE']), body: NO_BODY, result: NOTHING }
  return { ...changing(place.position, ['PATCH']), body: { kind: 'media' }, result: NOTHING }
}

function changingProperty(place: Place, method: string): Effect {
  if (!place.position) return unknownEffect(method)
  const updating = changing(place.position, ['PATCH'])
  if (method === 'DELETE') return { ...updating, body: NO_BODY, result: NOTHING }
  if (place.kind === 'raw') return { ...updating, body: { kind: 'media' }, result: NOTHING }
  const structured = place.kind === 'complex' || place.kind === 'complexes'
  const position = structured ? place.position : undefined
  const type = method === 'POST' ? { ...place.type, collection: false } : place.type
  return { ...updating, body: { kind: 'property', type, position }, result: shapeOf(place) }
}

function changing(position: Position, verbs: readonly Verb[]): Pick<Effect, 'endpoints' | 'unknown'> {
  const sets = { ...position, sources: position.sources.filter((source) => source.kind === 'set') }
  const endpoints = verbs.flatMap((verb) => endpointKeys(verb === 'POST' ? sets : position, verb))
  // Without a set that takes it, nobody can say what is changed.
  return { endpoints, unknown: verbs.includes('POST') ? sets.sources.length === 0 : endpoints.length === 0 }
}

function upsertKeys(position: Position): readonly string[] {
  const sources = position.sources.filter((source) => source.kind === 'set' && source.upsert)
  return endpointKeys({ ...position, sources }, 'POST')
}

function unknownEffect(method: string): Effect {
  const body: ExpectedBody = method === 'DELETE' ? NO_BODY : { kind: 'undescribed' }
  const result: ResultShape = method === 'DELETE' ? NOTHING : { kind: 'entities', position: undefined }
  return { endpoints: [], unknown: true, body, result }
}
