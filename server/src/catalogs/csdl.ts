import type { Endpoint, EndpointForm, PathRules } from '@stagedoor/core/catalog/endpoint.ts'
import { templateShape } from '@stagedoor/core/catalog/template.ts'
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { CatalogError } from './catalog-error.ts'
import type { ImportOptions, ReadCatalog } from './import-catalog.ts'

const EDM = 'http://docs.oasis-open.org/odata/ns/edm'

type EntitySet = { readonly name: string; readonly annotations: Map<string, string> }

/** Reads the entity sets and singletons of OData CSDL XML, 4.0 or 4.01. Throws CatalogError with line and column. */
export function readCsdl({ id, file, text, mount, pathRules }: ImportOptions): ReadCatalog {
  const { sets, navigationNames } = readEntitySets(text, file)
  // Identifiers of OData are told apart by case; a slash at the end means nothing.
  const rules: PathRules = { caseSensitive: true, trailingSlashTolerated: true, ...pathRules }
  const endpoints = sets.map((set) => toEndpoint(set, { catalog: id, mount, rules }))
  return {
    title: id,
    kind: 'odata',
    rules,
    endpoints,
    forms: endpoints.map(
      (endpoint): EndpointForm => ({
        endpoint,
        template: `/${endpoint.resource}`,
        query: [],
        upstreamPrefix: '',
      }),
    ),
    navigationNames,
    notes: [],
  }
}

function toEndpoint(
  { name, annotations }: EntitySet,
  { catalog, mount, rules }: { catalog: string; mount: string; rules: PathRules },
): Endpoint {
  return {
    id: `${catalog}:GET:${templateShape(`/${name}`, rules)}`,
    catalog,
    operation: annotations.get('Stagedoor.OperationName') ?? `Query${name}`,
    method: 'GET',
    path: `${mount}/${name}`,
    title: annotations.get('Org.OData.Core.V1.Description') ?? `Query ${name}`,
    resource: name,
    effect: 'read',
    ...(annotations.get('Stagedoor.Inferred') === 'true' && { inferred: true as const }),
    ...(annotations.get('Stagedoor.PersonalData') === 'true' && { personalData: true as const }),
  }
}

type Read = { readonly sets: readonly EntitySet[]; readonly navigationNames: ReadonlySet<string> }

function readEntitySets(text: string, file: string): Read {
  const parser = new SaxesParser({ xmlns: true })
  const sets: EntitySet[] = []
  const navigationNames = new Set<string>()
  let containers = 0
  let current: EntitySet | undefined
  const refuse = (problem: string): never => {
    throw new CatalogError(file, `line ${parser.line}, column ${parser.column}`, problem)
  }
  parser.on('error', (error) => refuse(error.message.replace(/^\d+:\d+: /, '')))
  // Entities of a document type could pull in other files, and no CSDL needs one.
  parser.on('doctype', () => refuse('a document type is not accepted'))
  parser.on('opentag', (tag) => {
    if (tag.uri !== EDM) return
    if (tag.local === 'EntityContainer') containers += 1
    else if (tag.local === 'NavigationProperty') navigationNames.add(attribute(tag, 'Name') ?? '')
    else if (tag.local === 'EntitySet' || tag.local === 'Singleton') {
      const name = attribute(tag, 'Name') ?? refuse(`an ${tag.local} without Name`)
      if (!/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}$/u.test(name))
        refuse(`"${name}" is not a name in OData`)
      if (sets.some((other) => other.name === name)) refuse(`the name "${name}" is used twice`)
      current = { name, annotations: new Map() }
      sets.push(current)
    } else if (tag.local === 'Annotation') {
      const term = attribute(tag, 'Term')
      if (term !== undefined)
        current?.annotations.set(term, attribute(tag, 'String') ?? attribute(tag, 'Bool') ?? 'true')
    }
  })
  parser.on('closetag', (tag) => {
    if (tag.local === 'EntitySet' || tag.local === 'Singleton') current = undefined
  })
  parser.write(text).close()
  if (containers === 0) throw new CatalogError(file, '', 'there is no EntityContainer of OData 4 in it')
  return { sets, navigationNames }
}

function attribute(tag: SaxesTagNS, name: string): string | undefined {
  return tag.attributes[name]?.value
}
