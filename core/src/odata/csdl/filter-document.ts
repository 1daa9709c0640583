import type { Model, Operation } from '#odata/model.ts'
import { type CsdlDocument, isObject, type Json } from './csdl-document.ts'
import { createAnnotationFilter } from './filter-annotations.ts'
import { filterContainer } from './filter-container.ts'
import { filterReferences } from './filter-references.ts'
import { filterTargets } from './filter-targets.ts'
import { canWalk, type Filtering, filterType } from './filter-type.ts'
import { createMentions } from './hidden-names.ts'
import { type Names, readNames, resolve, schemasOf } from './names.ts'
import { withoutPrivateTerms } from './private-terms.ts'
import { readSchemaElements } from './schema-elements.ts'
import { type Granted, visibleBy } from './visible.ts'

/**
 * The document with nothing but what may be touched (odata.md row 80): sets and singletons with a granted endpoint, granted
 * imports and bound operations, navigation properties that lead to them alone, and the types that these need. Annotations
 * stay where they mention nothing that went. The gateway's own annotations (`Stagedoor.`) never leave, for nobody.
 * @param model that of the document
 */
export function filterDocument({
  document,
  model,
  granted,
}: {
  readonly document: CsdlDocument
  readonly model: Model
  readonly granted: Granted
}): CsdlDocument {
  const published = withoutPrivateTerms(document)
  if (granted === 'all') return published
  const names = readNames(published)
  const visible = visibleBy(model, granted)
  const mentions = createMentions(model, visible)
  const annotations = createAnnotationFilter(names, mentions)
  const containers = containersOf(published, names, model.container)
  const filtering: Filtering = { model, names, visible, annotations, mentions, containers }
  const schemas: Record<string, unknown> = {}
  for (const [namespace, schema] of schemasOf(published)) {
    const filtered = filterSchema(filtering, namespace, schema)
    if (Object.keys(filtered).some((key) => !/^[@$]/.test(key))) schemas[namespace] = filtered
  }
  const references = filterReferences(filtering, published, schemas)
  return {
    $Version: published['$Version'],
    ...(references && { $Reference: references }),
    $EntityContainer: published['$EntityContainer'],
    ...schemas,
  }
}

/** The service's container and those that it extends. */
function containersOf(document: CsdlDocument, names: Names, container: string): ReadonlySet<string> {
  const { containers } = readSchemaElements(document)
  const found = new Set<string>()
  for (let name: unknown = container; typeof name === 'string'; ) {
    const qualified = resolve(names, name)
    if (found.has(qualified)) break
    found.add(qualified)
    name = containers.get(qualified)?.json['$Extends']
  }
  return found
}

function filterSchema(filtering: Filtering, namespace: string, schema: Json): Json {
  return filtering.annotations.copy(schema, (own, value) => {
    if (own === '$Annotations') return filterTargets(filtering, value)
    if (own.startsWith('$')) return value
    const name = `${namespace}.${own}`
    if (!Array.isArray(value)) return isObject(value) ? filterElement(filtering, value, { name }) : undefined
    const kept = filterOverloads(filtering, value, name)
    return kept.length > 0 ? kept : undefined
  })
}

function filterOverloads(filtering: Filtering, list: readonly unknown[], name: string): readonly Json[] {
  // Overloads stand in the model in the order of the list; a type of the same name may stand between them.
  const overloads = [...(filtering.model.operations.get(name) ?? [])]
  return list.flatMap((item: unknown) => {
    if (!isObject(item)) return []
    const operation = isOperation(item) ? overloads.shift() : undefined
    const kept = filterElement(filtering, item, { name, operation })
    return kept ? [kept] : []
  })
}

function isOperation({ $Kind }: Json): boolean {
  return $Kind === 'Action' || $Kind === 'Function'
}

function filterElement(
  filtering: Filtering,
  json: Json,
  { name, operation }: { readonly name: string; readonly operation?: Operation | undefined },
): Json | undefined {
  const { model, visible, annotations } = filtering
  switch (json['$Kind']) {
    case 'EntityType':
    case 'ComplexType':
      return visible.types.has(name) ? filterType(filtering, json, model.types.get(name)) : undefined
    case 'EnumType':
    case 'TypeDefinition':
      return visible.types.has(name) ? annotations.copy(json) : undefined
    case 'EntityContainer':
      return filtering.containers.has(name) ? filterContainer(filtering, json) : undefined
    case 'Action':
    case 'Function':
      return operation && visible.operations.has(operation)
        ? filterOperation(filtering, json, operation)
        : undefined
    default:
      // Terms: nothing in the document is annotated with them any more.
      return undefined
  }
}

function filterOperation(filtering: Filtering, json: Json, operation: Operation): Json {
  const { model, annotations } = filtering
  return annotations.copy(json, (name, value) => {
    if (name === '$ReturnType') return isObject(value) ? annotations.copy(value) : undefined
    if (name === '$Parameter' && Array.isArray(value))
      return value.filter(isObject).map((parameter) => annotations.copy(parameter))
    if (name !== '$EntitySetPath') return value
    const [parameter, ...steps] = String(value).split('/')
    const binding = operation.parameters[0]
    const start = binding?.name === parameter ? model.types.get(binding?.type.name ?? '') : undefined
    return steps.length === 0 || canWalk(filtering, steps.join('/'), start) ? value : undefined
  })
}
