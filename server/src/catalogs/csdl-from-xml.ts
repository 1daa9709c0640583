import type { CsdlDocument } from '@stagedoor/core/odata/csdl/csdl-document.ts'
import { addAnnotations, addTargetAnnotations } from './csdl-annotations.ts'
import { readContainer } from './csdl-container-xml.ts'
import { checkName, checkNamespace, type JsonObject, put } from './csdl-json-object.ts'
import {
  readEnumeration,
  readOperation,
  readStructured,
  readTerm,
  readTypeDefinition,
} from './csdl-schema-xml.ts'
import { attribute, required, type XmlElement, XmlProblem } from './csdl-xml-tree.ts'

/**
 * CSDL XML 4.0 and 4.01 as the CSDL JSON document that says the same. Throws XmlProblem for what is not CSDL. A lone
 * `Schema` without its envelope is accepted.
 */
export function documentFromXml(root: XmlElement): CsdlDocument {
  const document: JsonObject = { $Version: readVersion(root) }
  const references = root.children.filter(({ name }) => name === 'Reference')
  if (references.length > 0) document['$Reference'] = readReferences(references)
  const schemas =
    root.name === 'Schema'
      ? [root]
      : root.children.filter(({ name }) => name === 'DataServices').flatMap(({ children }) => children)
  const containers: Container[] = []
  for (const schema of schemas) {
    if (schema.name !== 'Schema') continue
    const namespace = checkNamespace(required(schema, 'Namespace').trim(), schema)
    put(document, namespace, readSchema(schema, namespace, containers), schema)
  }
  const container = serviceContainer(containers)
  if (container !== undefined) document['$EntityContainer'] = container
  return document
}

type Container = { readonly name: string; readonly extends: string | undefined; readonly element: XmlElement }

function readVersion(root: XmlElement): string {
  if (root.name === 'Schema') return '4.0'
  if (root.name !== 'Edmx') throw new XmlProblem(root, `"${root.name}" is not the root of CSDL`)
  const version = required(root, 'Version').trim()
  if (version !== '4.0' && version !== '4.01')
    throw new XmlProblem(root, `version ${version} is neither 4.0 nor 4.01`)
  return version
}

/** The one that no other extends: it is the service's. */
function serviceContainer(containers: readonly Container[]): string | undefined {
  const extended = new Set(containers.map((each) => each.extends))
  const [first, second] = containers.filter(({ name }) => !extended.has(name))
  if (second) throw new XmlProblem(second.element, 'a second EntityContainer: a service has one')
  return first?.name
}

function readReferences(elements: readonly XmlElement[]): JsonObject {
  const references: JsonObject = {}
  for (const element of elements) {
    const uri = required(element, 'Uri')
    const included = element.children.filter(({ name }) => name === 'Include').map(readInclude)
    const annotations = element.children
      .filter(({ name }) => name === 'IncludeAnnotations')
      .map((each) => pick(each, ['TermNamespace', 'TargetNamespace', 'Qualifier']))
    const reference: JsonObject = {
      ...(included.length > 0 && { $Include: included }),
      ...(annotations.length > 0 && { $IncludeAnnotations: annotations }),
    }
    addAnnotations(reference, element)
    put(references, uri, reference, element)
  }
  return references
}

function readInclude(element: XmlElement): JsonObject {
  checkNamespace(required(element, 'Namespace').trim(), element)
  const include = pick(element, ['Namespace', 'Alias'])
  addAnnotations(include, element)
  return include
}

function pick(element: XmlElement, names: readonly string[]): JsonObject {
  const object: JsonObject = {}
  for (const name of names) {
    const value = attribute(element, name)?.trim()
    if (value !== undefined && value !== '') object[`$${name}`] = value
  }
  return object
}

const ELEMENTS: Readonly<Record<string, (element: XmlElement) => JsonObject>> = {
  EntityType: readStructured,
  ComplexType: readStructured,
  EnumType: readEnumeration,
  TypeDefinition: readTypeDefinition,
  Term: readTerm,
  Action: readOperation,
  Function: readOperation,
}

function readSchema(schema: XmlElement, namespace: string, containers: Container[]): JsonObject {
  const object: JsonObject = pick(schema, ['Alias'])
  const targets: JsonObject = {}
  addAnnotations(object, schema)
  for (const element of schema.children) {
    const read = Object.hasOwn(ELEMENTS, element.name) ? ELEMENTS[element.name] : undefined
    if (element.name === 'Annotations') addTargetAnnotations(targets, element)
    else if (element.name === 'EntityContainer') {
      const name = checkName(attribute(element, 'Name') ?? 'Container', element)
      put(object, name, readContainer(element), element)
      const base = attribute(element, 'Extends')?.trim()
      const alias = attribute(schema, 'Alias')
      const own = alias !== undefined && base?.startsWith(`${alias}.`) === true
      const qualified = own ? `${namespace}${base.slice(alias.length)}` : base
      containers.push({ name: `${namespace}.${name}`, extends: qualified, element })
    } else if (read) declare(object, element, read(element))
  }
  if (Object.keys(targets).length > 0) object['$Annotations'] = targets
  return object
}

/** Published documents have types and overloads of one name: the type then stands in the list of the overloads. */
function declare(object: JsonObject, element: XmlElement, json: JsonObject): void {
  const name = checkName(required(element, 'Name'), element)
  const operation = element.name === 'Action' || element.name === 'Function'
  const before = object[name]
  if (Array.isArray(before)) before.push(json)
  else if (operation && before !== undefined) object[name] = [before, json]
  else put(object, name, operation ? [json] : json, element)
}
