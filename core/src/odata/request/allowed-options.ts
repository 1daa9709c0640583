import type { Place } from './place.ts'

const SHAPE = ['$select', '$expand', '$compute']
const PAGE = ['$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken']
const COLLECTION = [...SHAPE, ...PAGE, '$search', '$apply', '$deltatoken']
const ALWAYS = ['$format', '$schemaversion']

/**
 * The system query options that a resource takes (URL conventions 5.1), by what stands at the end of the path. Those of an
 * action are those of what it gives back.
 */
export function allowedOptions(place: Place, method: string): ReadonlySet<string> {
  if (place.kind === 'action') {
    return place.action?.result ? readingOptions(place.action.result) : new Set(ALWAYS)
  }
  return method === 'GET' || place.kind === 'unknown' ? readingOptions(place) : changingOptions(place, method)
}

function readingOptions(place: Place): ReadonlySet<string> {
  switch (place.kind) {
    case 'set':
    case 'crossjoin':
    case 'all':
    case 'unknown':
      return new Set([...COLLECTION, ...ALWAYS])
    case 'entity':
    case 'complex':
      return new Set([...SHAPE, ...ALWAYS])
    case 'complexes':
      return new Set([...SHAPE, ...PAGE, ...ALWAYS])
    case 'primitives':
      return new Set([...PAGE, ...ALWAYS])
    case 'count':
      return new Set(['$filter', '$search', '$apply', ...ALWAYS])
    case 'references':
      return new Set([...PAGE, '$search', ...ALWAYS])
    case 'primitive':
    case 'reference':
    case 'stream':
    case 'media':
    case 'raw':
    case 'each':
    case 'action':
      return new Set(ALWAYS)
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
