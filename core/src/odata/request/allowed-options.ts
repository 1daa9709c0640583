import type { Place } from './place.ts'

const SHAPE = ['$select', '$expand', '$compute']
const PAGE = ['$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken']
const COLLECTION = [...SHAPE, ...PAGE, '$search', '$apply', '$deltatoken']
const ALWAYS = ['$format', '$schemaversion']

const OF_SETS = new Set([...COLLECTION, ...ALWAYS])
const OF_ENTITIES = new Set([...SHAPE, ...ALWAYS])
const OF_COMPLEXES = new Set([...SHAPE, ...PAGE, ...ALWAYS])
const OF_PRIMITIVES = new Set([...PAGE, ...ALWAYS])
const OF_COUNTS = new Set(['$filter', '$search', '$apply', ...ALWAYS])
const OF_REFERENCES = new Set([...PAGE, '$search', ...ALWAYS])
const OF_OTHERS = new Set(ALWAYS)

/**
 * The system query options that a resource takes (URL conventions 5.1), by what stands at the end of the path. Those of an
 * action are those of what it gives back.
 */
export function allowedOptions(place: Place, method: string): ReadonlySet<string> {
  if (place.kind === 'action') {
    return place.action?.result ? readingOptions(place.action.result) : OF_OTHERS
  }
  return method === 'GET' || place.kind === 'unknown' ? readingOptions(place) : changingOptions(place, method)
}

function readingOptions(place: Place): ReadonlySet<string> {
  switch (place.kind) {
    case 'set':
    case 'crossjoin':
    case 'all':
    case 'unknown':
      return OF_SETS
    case 'entity':
    case 'complex':
      return OF_ENTITIES
    case 'complexes':
      return OF_COMPLEXES
    case 'primitives':
      return OF_PRIMITIVES
    case 'count':
      return OF_COUNTS
    case 'references':
      return OF_REFERENCES
    case 'primitive':
    case 'reference':
    case 'stream':
    case 'media':
    case 'raw':
    case 'each':
    case 'action':
      return OF_OTHERS
  }
}

function changingOptions(place: Place, method: string): ReadonlySet<string> {
  if (method === 'DELETE')
    return new Set(place.kind === 'references' ? ['$id', '$schemaversion'] : ['$schemaversion'])
  if (place.kind === 'set' || place.kind === 'entity') {
    return new Set([...SHAPE, ...ALWAYS, ...(method === 'POST' ? ['$index'] : [])])
  }
  const ordered = place.kind === 'complexes' || place.kind === 'primitives'
  return new Set(ordered && method === 'POST' ? ['$index', ...ALWAYS] : ALWAYS)
}
