import type { Schemas } from '#api/client.ts'

export type Endpoint = Schemas['Endpoint']

/** The endpoints of a tenant, made ready for searching: nothing is folded while somebody types. */
export type EndpointIndex = {
  readonly endpoints: readonly Endpoint[]
  /** Operation, title, path and resource of each, in lower case. */
  readonly texts: readonly string[]
  readonly operations: readonly string[]
  /** Position by id. */
  readonly places: ReadonlyMap<string, number>
  readonly resources: readonly string[]
  readonly catalogs: readonly string[]
}

export type EndpointFilter = {
  readonly search: string
  readonly resource?: string | undefined
  readonly effect?: Endpoint['effect'] | undefined
  readonly catalog?: string | undefined
}

/** What most operations begin with, and few people type. */
const VERB = /^(?:get|post|put|patch|delete|add|update)/

export const NO_FILTER: EndpointFilter = { search: '' }

export function indexEndpoints(endpoints: readonly Endpoint[]): EndpointIndex {
  return {
    endpoints,
    texts: endpoints.map(({ operation, title, path, resource }) =>
      [operation, title, path, resource].join('\n').toLowerCase(),
    ),
    operations: endpoints.map(({ operation }) => operation.toLowerCase()),
    places: new Map(endpoints.map(({ id }, place) => [id, place])),
    resources: [...new Set(endpoints.map(({ resource }) => resource))].toSorted((one, other) =>
      one.localeCompare(other),
    ),
    catalogs: [...new Set(endpoints.map(({ catalog }) => catalog))],
  }
}

/**
 * Places of the endpoints that have all words and pass the filters. Operations that begin with what is searched come
 * first, then those that contain it, then those with its first word, then the rest; else in the order of the catalogs.
 */
export function findEndpoints(index: EndpointIndex, filter: EndpointFilter): readonly number[] {
  const { resource, effect, catalog } = filter
  const words = filter.search.toLowerCase().split(/\s+/u).filter(Boolean)
  const [first = ''] = words
  const joined = words.join('')
  const ranks: readonly [number[], number[], number[], number[]] = [[], [], [], []]
  index.endpoints.forEach((endpoint, place) => {
    if (resource !== undefined && endpoint.resource !== resource) return
    if (effect !== undefined && endpoint.effect !== effect) return
    if (catalog !== undefined && endpoint.catalog !== catalog) return
    const text = index.texts[place] ?? ''
    for (const word of words) if (!text.includes(word)) return
    const operation = index.operations[place] ?? ''
    if (operation.startsWith(joined) || operation.replace(VERB, '').startsWith(joined)) ranks[0].push(place)
    else if (operation.includes(joined)) ranks[1].push(place)
    else ranks[operation.includes(first) ? 2 : 3].push(place)
  })
  return ranks.flat()
}
