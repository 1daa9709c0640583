import type { Target } from '#target.ts'
import type { Catalog, Endpoint, EndpointForm } from './endpoint.ts'
import { matchPathForms } from './path-forms.ts'
import { addForm, emptyNode, type FormNode, fold } from './trie.ts'

/** A catalog made ready for matching. Made when a catalog is loaded, never per request. */
export type Matcher = {
  readonly catalog: Catalog
  readonly mountSegments: readonly string[]
  readonly forms: FormNode
  /** OData: the endpoint of each key that an analysis touches (`GET Events`). Empty for other catalogs. */
  readonly endpointOfKey: ReadonlyMap<string, Endpoint>
}

/** What a request means in a tenant's catalogs. */
export type Match =
  | MatchedEndpoint
  /** Below the mount of an OData service: what it reaches is known only when the whole request has been read. */
  | { readonly kind: 'odata'; readonly matcher: Matcher }
  /** No endpoint. `methods` are those that the path has, so that a refusal can say so. */
  | { readonly kind: 'unknown'; readonly methods: readonly string[] }
  /** Which of two operations is meant cannot be told; nobody may guess. */
  | { readonly kind: 'ambiguous'; readonly problem: string }

export type MatchedEndpoint = {
  readonly kind: 'endpoint'
  readonly matcher: Matcher
  readonly form: EndpointForm
  /** What of `upstreamPath` the upstream has and the gateway has not: the catalog's mount stands there instead. */
  readonly upstreamPrefix: string
  /** Path to ask the upstream for, rebuilt from template and decoded parameters. */
  readonly upstreamPath: string
}

/** Prepares a catalog for matching. Throws TypeError where a template is broken. */
export function createMatcher(catalog: Catalog): Matcher {
  const forms = emptyNode()
  if (catalog.kind === 'openapi') for (const form of catalog.forms) addForm(forms, form, catalog.rules)
  const mount = catalog.mount.split('/').slice(1)
  return {
    catalog,
    mountSegments: mount.map((segment) => fold(segment, catalog.rules)),
    forms,
    endpointOfKey: endpointsByKey(catalog),
  }
}

function endpointsByKey({ endpoints, odata }: Catalog): ReadonlyMap<string, Endpoint> {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const byKey = new Map<string, Endpoint>()
  for (const [key, id] of odata?.endpointIds ?? []) {
    const endpoint = byId.get(id)
    if (endpoint) byKey.set(key, endpoint)
  }
  return byKey
}

/**
 * Finds the endpoint that a request means among a tenant's catalogs.
 * @param method upper-case method; HEAD is matched as GET
 */
export function match(matchers: readonly Matcher[], method: string, target: Target): Match {
  const matcher = findMounted(matchers, target.segments)
  if (!matcher) return { kind: 'unknown', methods: [] }
  const { rules, kind } = matcher.catalog
  if (kind === 'openapi') return matchSlashed(matcher, method === 'HEAD' ? 'GET' : method, target)
  if (target.trailingSlash && !rules.trailingSlashTolerated) return { kind: 'unknown', methods: [] }
  return { kind: 'odata', matcher }
}

/**
 * A slash at the end is one more segment, an empty one: documents of some APIs have it in every path. The request
 * counts as it was sent; where the catalog tolerates it, also with the slash added or taken away.
 */
function matchSlashed(matcher: Matcher, method: string, target: Target): Match {
  // "/" is the whole API's root and has no other spelling.
  const isRoot = target.segments.length === matcher.mountSegments.length
  const isSlashed = target.trailingSlash && !isRoot
  const found = matchPathForms({ matcher, method, target, isSlashed })
  if (found.kind !== 'unknown' || isRoot || !matcher.catalog.rules.trailingSlashTolerated) return found
  const tolerated = matchPathForms({ matcher, method, target, isSlashed: !isSlashed })
  if (tolerated.kind !== 'unknown') return tolerated
  return { kind: 'unknown', methods: [...new Set([...found.methods, ...tolerated.methods])].toSorted() }
}

/** The catalog with the longest mount that the path begins with: OData is mounted below Enterprise's own API. */
function findMounted(matchers: readonly Matcher[], segments: readonly string[]): Matcher | undefined {
  let found: Matcher | undefined
  for (const matcher of matchers) {
    const longer = found === undefined || matcher.mountSegments.length > found.mountSegments.length
    if (longer && isMountedAt(matcher, segments)) found = matcher
  }
  return found
}

function isMountedAt({ mountSegments, catalog }: Matcher, segments: readonly string[]): boolean {
  if (mountSegments.length > segments.length) return false
  for (let index = 0; index < mountSegments.length; index += 1) {
    const segment = segments[index] ?? ''
    // Most write it as it is published, and need no folding.
    const isSame = mountSegments[index] === segment || mountSegments[index] === fold(segment, catalog.rules)
    if (!isSame) return false
  }
  return true
}
