import type { Model } from '#odata/model.ts'
import { readAnnotations, TERMS } from './annotations.ts'
import { markAutoExpanded } from './auto-expand.ts'
import { type CsdlDocument, CsdlError, type Json, readText } from './csdl-document.ts'
import { includesOf, readNames, schemasOf } from './names.ts'
import { readContainer } from './read-container.ts'
import { readOperations } from './read-operations.ts'
import { type ReadContext, readTypes } from './read-types.ts'
import { readSchemaElements, type SchemaElements } from './schema-elements.ts'

/**
 * Makes a document ready for look-ups (OASIS CSDL JSON 4.01; 4.0 by its own version). Inheritance is spelled out and
 * names are qualified. Throws CsdlError, whose path leads to the place in the document.
 */
export function readModel(document: CsdlDocument): Model {
  const version = readVersion(document)
  const names = readNames(document)
  const elements = readSchemaElements(document)
  const context: ReadContext = { names, elements, annotations: readAnnotations(document, names) }
  const types = readTypes(context)
  const operations = readOperations(context)
  const name = readText(document, '$EntityContainer', [])
  if (name === undefined) throw new CsdlError([], 'there is no EntityContainer of OData 4 in it')
  const container = readContainer({ ...context, types, operations }, name)
  markAutoExpanded(context, types, container)
  return {
    version,
    container: container.name,
    namespaces: names.namespaces,
    defaultNamespaces: readDefaultNamespaces(document, context),
    aliases: names.aliases,
    types,
    enumerations: readEnumerations(elements),
    definitions: readDefinitions(elements),
    sources: container.sources,
    imports: container.imports,
    operations,
  }
}

function readVersion(document: CsdlDocument): Model['version'] {
  const version = document['$Version']
  if (version === '4.0' || version === '4.01') return version
  throw new CsdlError(['$Version'], 'neither 4.0 nor 4.01')
}

function readDefaultNamespaces(
  document: CsdlDocument,
  { names, annotations }: ReadContext,
): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (element: Json, namespace: string): void => {
    if (!annotations.tagged(element, [namespace], TERMS.defaultNamespace)) return
    found.add(namespace)
    for (const [alias, of] of names.aliases) if (of === namespace) found.add(alias)
  }
  for (const [namespace, schema] of schemasOf(document)) add(schema, namespace)
  for (const { include } of includesOf(document)) add(include, String(include['$Namespace']))
  return found
}

function readEnumerations({ enumerations }: SchemaElements): Model['enumerations'] {
  return new Map(
    [...enumerations].map(([name, { json }]) => [
      name,
      new Set(Object.keys(json).filter((member) => !/^\$|@/.test(member))),
    ]),
  )
}

function readDefinitions({ definitions }: SchemaElements): Model['definitions'] {
  return new Map(
    [...definitions].map(([name, { json, path }]) => {
      const underlying = readText(json, '$UnderlyingType', path)
      if (underlying?.startsWith('Edm.') !== true)
        throw new CsdlError([...path, '$UnderlyingType'], 'not a primitive type')
      return [name, underlying]
    }),
  )
}
