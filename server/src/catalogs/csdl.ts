import type { Endpoint, PathRules } from '@stagedoor/core/catalog/endpoint.ts'
import { templateShape } from '@stagedoor/core/catalog/template.ts'
import { type CsdlDocument, CsdlError } from '@stagedoor/core/odata/csdl/csdl-document.ts'
import { endpointsOf, type ModelEndpoint } from '@stagedoor/core/odata/csdl/endpoints.ts'
import { readModel } from '@stagedoor/core/odata/csdl/read-model.ts'
import { readJson as readStrictJson } from '@stagedoor/core/odata/json/document.ts'
import { CatalogError } from './catalog-error.ts'
import { documentFromXml } from './csdl-from-xml.ts'
import { elementAt } from './csdl-places.ts'
import { placeOf, readXmlTree, XmlProblem } from './csdl-xml-tree.ts'
import type { ImportOptions, ReadCatalog } from './import-catalog.ts'
import { isObject, type Json, pointer } from './read-document.ts'

/** Reads OData CSDL XML, 4.0 or 4.01. Throws CatalogError with line and column. */
export function readCsdlXml(options: ImportOptions): ReadCatalog {
  const { file, text } = options
  const root = readXmlTree(file, text)
  if (!root) throw new CatalogError(file, '', 'there is no EntityContainer of OData 4 in it')
  try {
    return toCatalog(documentFromXml(root), options)
  } catch (error) {
    if (error instanceof XmlProblem) throw new CatalogError(file, placeOf(error.element), error.message)
    if (!(error instanceof CsdlError)) throw error
    const place = error.path.length === 0 ? '' : placeOf(elementAt(root, error.path))
    throw new CatalogError(file, place, error.message)
  }
}

/** Whether a JSON object is CSDL: it has a version and names its service's container. */
export function isCsdlJson(document: unknown): document is Json {
  return (
    isObject(document) && Object.hasOwn(document, '$Version') && Object.hasOwn(document, '$EntityContainer')
  )
}

/** Reads OData CSDL JSON, 4.0 or 4.01. Throws CatalogError with a JSON pointer. */
export function readCsdlJson(document: CsdlDocument, options: ImportOptions): ReadCatalog {
  refuseLoose(options)
  try {
    return toCatalog(document, options)
  } catch (error) {
    if (!(error instanceof CsdlError)) throw error
    throw new CatalogError(options.file, pointer(...error.path), error.message)
  }
}

/** Of two members of one name JSON.parse drops one in silence, and with it what it says of the service. */
function refuseLoose({ file, text }: ImportOptions): void {
  const bytes = new TextEncoder().encode(text)
  const read = readStrictJson(bytes)
  if (read.ok) return
  const before = new TextDecoder().decode(bytes.subarray(0, read.at)).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  throw new CatalogError(file, `line ${before.length}, column ${column}`, read.problem)
}

function toCatalog(document: CsdlDocument, { id, mount, pathRules }: ImportOptions): ReadCatalog {
  const model = readModel(document)
  // Identifiers of OData are told apart by case; a slash at the end means nothing.
  const rules: PathRules = { caseSensitive: true, trailingSlashTolerated: true, ...pathRules }
  const found = endpointsOf(model)
  const endpoints = found.map((each) => toEndpoint(each, { catalog: id, mount, rules }))
  refuseTwins(endpoints)
  return {
    title: id,
    kind: 'odata',
    rules,
    endpoints,
    forms: [],
    odata: {
      model,
      document,
      endpointIds: new Map(found.map(({ key }, at) => [key, endpoints[at]?.id ?? ''])),
    },
    notes: [],
  }
}

/** Where the settings say that case does not count, two names may become one, and whoever has one would have both. */
function refuseTwins(endpoints: readonly Endpoint[]): void {
  const seen = new Set<string>()
  for (const { id, path } of endpoints) {
    if (seen.has(id)) throw new CsdlError([], `"${path}" has the id of another endpoint: ${id}`)
    seen.add(id)
  }
}

function toEndpoint(
  { key, method, name, title, resource, effect, inferred, personalData }: ModelEndpoint,
  { catalog, mount, rules }: { readonly catalog: string; readonly mount: string; readonly rules: PathRules },
): Endpoint {
  const below = key.slice(method.length + 1)
  return {
    id: `${catalog}:${method}:${templateShape(`/${below}`, rules)}`,
    catalog,
    operation: name,
    method,
    path: `${mount}/${below}`,
    title,
    resource,
    effect,
    ...(inferred && { inferred: true as const }),
    ...(personalData && { personalData: true as const }),
  }
}
