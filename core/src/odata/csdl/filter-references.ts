import { type CsdlDocument, isObject, type Json } from './csdl-document.ts'
import type { Filtering } from './filter-type.ts'

/** References to documents of which something is still named: vocabularies, most of all. */
export function filterReferences(
  { annotations, mentions }: Filtering,
  document: CsdlDocument,
  schemas: Json,
): Json | undefined {
  const references = document['$Reference']
  if (!isObject(references)) return undefined
  const text = JSON.stringify(schemas)
  const isNamed = (include: unknown): include is Json =>
    isObject(include) &&
    [include['$Namespace'], include['$Alias']].some(
      (name) => typeof name === 'string' && text.includes(`${name}.`),
    )
  const kept: Record<string, unknown> = {}
  for (const [uri, reference] of Object.entries(references)) {
    const includes: unknown = isObject(reference) ? reference['$Include'] : undefined
    const named = Array.isArray(includes) ? includes.filter(isNamed) : []
    if (named.length === 0) continue
    // An address is the service's own words; a reference without one is not possible, but this one may stay away.
    if (mentions(uri) && !named.every(isVocabulary)) continue
    kept[uri] = { $Include: named.map((include) => annotations.copy(include)) }
  }
  return Object.keys(kept).length > 0 ? kept : undefined
}

/** Words in addresses of published vocabularies tell nothing of the service. */
function isVocabulary(include: Json): boolean {
  return /^Org\.OData\.|^OData\.Community\./.test(String(include['$Namespace']))
}
