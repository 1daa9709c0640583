import { hash } from 'node:crypto'
import type { AllowedEndpoints } from '@stagedoor/core/allowed-endpoints.ts'
import type { ODataCatalog } from '@stagedoor/core/catalog/endpoint.ts'
import type { Matcher } from '@stagedoor/core/catalog/matcher.ts'
import { filterDocument } from '@stagedoor/core/odata/csdl/filter-document.ts'
import { serviceDocument } from '@stagedoor/core/odata/csdl/service-document.ts'
import { writeCsdlXml } from '@stagedoor/core/odata/csdl/write-csdl-xml.ts'

export type Representation = 'xml' | 'json'

export type Description = { readonly text: string; readonly contentType: string; readonly etag: string }

/** What a service says of itself to those who may call some of its endpoints. */
export type Descriptions = {
  readonly metadata: (allowed: AllowedEndpoints, as: Representation) => Description
  /** @param root the service's address for callers */
  readonly serviceDocument: (allowed: AllowedEndpoints, root: string) => Description
}

/** Sets of endpoints whose documents are kept ready: credentials are many, sets of endpoints few. */
const KEPT_MAX = 64

/** The descriptions of one service. Documents are made when they are first asked for. */
export function createDescriptions(
  { endpointOfKey }: Matcher,
  { model, document }: ODataCatalog,
): Descriptions {
  const kept = new Map<string, Description>()
  const modelHash = hash('sha256', JSON.stringify(document))
  const keysOf = (allowed: AllowedEndpoints): readonly string[] =>
    [...endpointOfKey]
      .filter(([, { id }]) => allowed.kind === 'all' || allowed.endpoints.has(id))
      .map(([key]) => key)
  const remember = (name: readonly string[], make: () => Omit<Description, 'etag'>): Description => {
    const key = hash('sha256', JSON.stringify([modelHash, ...name]))
    const known = kept.get(key)
    const made = known ?? { ...make(), etag: `"${key.slice(0, 32)}"` }
    // The one that was asked for longest ago goes first.
    kept.delete(key)
    kept.set(key, made)
    const [oldest] = kept.keys()
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
    return made
  }
  const grantedBy = (allowed: AllowedEndpoints, keys: readonly string[]) =>
    allowed.kind === 'all' ? 'all' : new Set(keys)
  return {
    metadata: (allowed, as) => {
      const keys = keysOf(allowed)
      return remember([as, allowed.kind, ...keys], () => {
        const own = filterDocument({ document, model, granted: grantedBy(allowed, keys) })
        return as === 'xml'
          ? { text: writeCsdlXml(own), contentType: 'application/xml' }
          : { text: JSON.stringify(own), contentType: 'application/json' }
      })
    },
    serviceDocument: (allowed, root) => {
      const keys = keysOf(allowed)
      return remember(['service', root, allowed.kind, ...keys], () => ({
        text: JSON.stringify(serviceDocument(model, { granted: grantedBy(allowed, keys), root })),
        contentType: 'application/json;odata.metadata=minimal',
      }))
    },
  }
}
