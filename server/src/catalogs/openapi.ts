import type { Endpoint, EndpointForm, PathRules } from '@stagedoor/core/catalog/endpoint.ts'
import { templateShape } from '@stagedoor/core/catalog/template.ts'
import { CatalogError } from './catalog-error.ts'
import type { ImportOptions, ReadCatalog } from './import-catalog.ts'
import { type FoundOperation, findOperations } from './operations.ts'
import { isObject, type Json, pointer, readDocument } from './read-document.ts'

/** Reads OpenAPI 3.0/3.1 or Swagger 2.0. Rejects with a CatalogError that names file and place. */
export async function readOpenApi(options: ImportOptions): Promise<ReadCatalog> {
  const { file, text, pathRules } = options
  const document = await readDocument(file, text)
  checkVersion(file, document)
  const rules: PathRules = {
    caseSensitive: true,
    trailingSlashTolerated: false,
    ...readPathRules(file, document['x-path-rules']),
    ...pathRules,
  }
  const { operations, notes } = findOperations(file, document)
  return {
    title: readTitle(document) ?? options.id,
    kind: 'openapi',
    rules,
    ...toEndpoints(operations, { ...options, rules, notes }),
  }
}

function checkVersion(file: string, document: Json): void {
  const { openapi, swagger } = document
  if (openapi === undefined && swagger === undefined) {
    throw new CatalogError(file, '', 'neither "openapi" nor "swagger" says what this document is')
  }
  const supported =
    swagger === undefined ? /^3\.[01]\.\d+/.test(String(openapi)) : swagger === '2.0' || swagger === 2
  if (!supported) {
    const place = pointer(swagger === undefined ? 'openapi' : 'swagger')
    throw new CatalogError(
      file,
      place,
      `version ${String(openapi ?? swagger)} is not one of 3.0, 3.1 and Swagger 2.0`,
    )
  }
}

function readTitle(document: Json): string | undefined {
  const info = document['info']
  return isObject(info) && typeof info['title'] === 'string' ? info['title'] : undefined
}

function readPathRules(file: string, value: unknown): Partial<PathRules> {
  if (value === undefined) return {}
  const place = pointer('x-path-rules')
  if (!isObject(value)) throw new CatalogError(file, place, 'not an object')
  const rules: { caseSensitive?: boolean; trailingSlashTolerated?: boolean } = {}
  for (const [name, rule] of Object.entries(value)) {
    if ((name !== 'caseSensitive' && name !== 'trailingSlashTolerated') || typeof rule !== 'boolean') {
      throw new CatalogError(
        file,
        `${place}/${name}`,
        'only caseSensitive and trailingSlashTolerated stand here, each true or false',
      )
    }
    rules[name] = rule
  }
  return rules
}

type ToEndpoints = ImportOptions & { readonly rules: PathRules; readonly notes: readonly string[] }

/** Operations of one method and one shape become one endpoint: no request can tell them apart. The first gives its name. */
function toEndpoints(
  operations: readonly FoundOperation[],
  { id, mount, rules, notes }: ToEndpoints,
): Pick<ReadCatalog, 'endpoints' | 'forms' | 'notes'> {
  const endpoints = new Map<string, Endpoint>()
  const forms: EndpointForm[] = []
  const remarks = [...notes]
  for (const operation of operations) {
    const { method, path, upstreamPrefix } = operation
    const endpointId = `${id}:${method}:${templateShape(path, rules)}`
    const twin = endpoints.get(endpointId)
    if (twin) {
      remarks.push(
        `${operation.place}: ${operation.name} has the shape of ${twin.operation}; the two are one endpoint`,
      )
      continue
    }
    const { name, title, resource, effect, licenceTier, personalData } = operation
    const endpoint: Endpoint = {
      id: endpointId,
      catalog: id,
      operation: name,
      method,
      path: mount + path,
      title,
      resource,
      effect,
      ...(licenceTier !== undefined && { licenceTier }),
      ...(personalData && { personalData }),
    }
    endpoints.set(endpointId, endpoint)
    forms.push({ endpoint, template: path, query: [], upstreamPrefix })
    for (const also of operation.also)
      forms.push({ endpoint, template: also.path, query: also.query, upstreamPrefix })
  }
  return { endpoints: [...endpoints.values()], forms, notes: remarks }
}
