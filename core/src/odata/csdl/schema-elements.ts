import { type CsdlDocument, CsdlError, declarations, isObject, type Json } from './csdl-document.ts'
import { isIdentifier, schemasOf } from './names.ts'

/** Something that a schema declares. `name` is qualified. */
export type SchemaElement = {
  readonly name: string
  readonly json: Json
  readonly path: readonly string[]
  /** The schema that it stands in. */
  readonly schema: Json
}

/** What the schemas of a document declare, by kind, in the document's order. */
export type SchemaElements = {
  readonly structured: ReadonlyMap<string, SchemaElement>
  readonly enumerations: ReadonlyMap<string, SchemaElement>
  readonly definitions: ReadonlyMap<string, SchemaElement>
  readonly containers: ReadonlyMap<string, SchemaElement>
  /** Every overload of every action and function. */
  readonly operations: readonly SchemaElement[]
}

/**
 * Throws CsdlError for anything that a schema cannot have. Published documents have types that share their name with
 * actions or functions, which CSDL XML can say; in JSON the type then stands in the list of the overloads.
 */
export function readSchemaElements(document: CsdlDocument): SchemaElements {
  const places = {
    structured: new Map<string, SchemaElement>(),
    enumerations: new Map<string, SchemaElement>(),
    definitions: new Map<string, SchemaElement>(),
    containers: new Map<string, SchemaElement>(),
    terms: new Map<string, SchemaElement>(),
  }
  const operations: SchemaElement[] = []
  for (const element of elementsOf(document)) {
    const { name, json, path } = element
    const kind = json['$Kind']
    if (kind === 'Action' || kind === 'Function') {
      operations.push(element)
      continue
    }
    const place = typeof kind === 'string' && Object.hasOwn(PLACES, kind) ? PLACES[kind] : undefined
    if (!place) throw new CsdlError([...path, '$Kind'], 'not a kind of what a schema declares')
    if (Object.values(places).some((map) => map.has(name)))
      throw new CsdlError(path, `the name "${name}" is used twice`)
    places[place].set(name, element)
  }
  return { ...places, operations }
}

const PLACES: Readonly<
  Record<string, 'structured' | 'enumerations' | 'definitions' | 'containers' | 'terms'>
> = {
  EntityType: 'structured',
  ComplexType: 'structured',
  EnumType: 'enumerations',
  TypeDefinition: 'definitions',
  EntityContainer: 'containers',
  Term: 'terms',
}

/** What the schemas declare, each overload by itself. Throws CsdlError. */
function* elementsOf(document: CsdlDocument): Generator<SchemaElement, void> {
  for (const [namespace, schema] of schemasOf(document)) {
    for (const [own, json] of declarations(schema)) {
      const path = [namespace, own]
      const name = `${namespace}.${own}`
      if (!isIdentifier(own)) throw new CsdlError(path, `"${own}" is not a name in OData`)
      if (isObject(json)) {
        if (json['$Kind'] === 'Action' || json['$Kind'] === 'Function')
          throw new CsdlError(path, 'actions and functions stand in a list of overloads')
        yield { name, json, path, schema }
      } else if (Array.isArray(json)) yield* overloads(json, { name, path, schema })
      else throw new CsdlError(path, 'neither an object nor a list of overloads')
    }
  }
}

function* overloads(
  list: readonly unknown[],
  { name, path, schema }: Omit<SchemaElement, 'json'>,
): Generator<SchemaElement, void> {
  for (const [index, json] of list.entries()) {
    const at = [...path, String(index)]
    if (!isObject(json)) throw new CsdlError(at, 'the overload is not an object')
    yield { name, json, path: at, schema }
  }
}
