import { readFacets, readNumber } from './csdl-facets.ts'
import { type JsonObject, put } from './csdl-json-object.ts'
import { attribute, required, type XmlElement, XmlProblem } from './csdl-xml-tree.ts'

/** Constant expressions, and paths that CSDL JSON writes as plain texts (CSDL JSON sections 14.3 and 14.4.1). */
const CONSTANTS: ReadonlyMap<string, (text: string) => unknown> = new Map<string, (text: string) => unknown>(
  Object.entries({
    String: (text: string) => text,
    Bool: (text: string) => text.trim() === 'true' || text.trim() === '1',
    Int: (text: string) => readNumber(text.trim()),
    Decimal: (text: string) => readNumber(text.trim()),
    Float: (text: string) => readNumber(text.trim()),
    Binary: trim,
    Date: trim,
    DateTimeOffset: trim,
    Duration: trim,
    Guid: trim,
    TimeOfDay: trim,
    EnumMember: readMembers,
    PropertyPath: trim,
    NavigationPropertyPath: trim,
    AnyPropertyPath: trim,
    AnnotationPath: trim,
    ModelElementPath: trim,
    Path: (text: string) => ({ $Path: text.trim() }),
  }),
)

const LISTS = new Set('And Or Eq Ne Gt Ge Lt Le Has In Add Sub Mul Div DivBy Mod If'.split(' '))

/** Terms that say what a request reaches (`annotations.ts` in core). */
const DECIDING = /^Stagedoor\.|\.(?:AutoExpand|AutoExpandReferences|UpdateRestrictions)$/

function trim(text: string): string {
  return text.trim()
}

/** `EM.Pattern/Red EM.Pattern/Striped` -> `Red,Striped`. */
function readMembers(text: string): string {
  const members = text.trim().split(/\s+/)
  return members.map((member) => member.slice(member.lastIndexOf('/') + 1)).join(',')
}

/**
 * Adds the annotations of an element to what it became. `prefix` is what the annotations are about where that is not the
 * object itself: `$OnDelete`, a member of an enumeration, another annotation. Throws XmlProblem.
 */
export function addAnnotations(
  object: JsonObject,
  element: XmlElement,
  { prefix = '', qualifier }: { readonly prefix?: string; readonly qualifier?: string | undefined } = {},
): void {
  for (const annotation of element.children) {
    if (annotation.name !== 'Annotation') continue
    const own = attribute(annotation, 'Qualifier') ?? qualifier
    const term = required(annotation, 'Term').trim()
    const key = `${prefix}@${term}${own === undefined ? '' : `#${own}`}`
    const value = readValue(annotation, true)
    // Published documents say things twice, and not always the same. Only of what decides something here may that not be.
    if (Object.hasOwn(object, key) && !DECIDING.test(term)) continue
    put(object, key, value, annotation)
    addAnnotations(object, annotation, { prefix: key })
  }
}

/** The value of an annotation, a property value or a labelled element: in an attribute, or in one element. */
function readValue(element: XmlElement, unsaid: unknown): unknown {
  const { attributes } = element
  for (let at = 0; at < attributes.length; at += 2) {
    const read = CONSTANTS.get(attributes[at] ?? '')
    if (read) return read(attributes[at + 1] ?? '')
  }
  const address = attribute(element, 'UrlRef')
  if (address !== undefined) return { $UrlRef: address }
  const [expression, more] = expressionsIn(element)
  if (more) throw new XmlProblem(more, 'two values for one annotation')
  return expression ? readExpression(expression) : unsaid
}

function expressionsIn(element: XmlElement): readonly XmlElement[] {
  return element.children.filter(({ name }) => name !== 'Annotation')
}

function readExpression(element: XmlElement): unknown {
  const { name } = element
  const constant = CONSTANTS.get(name)
  if (constant) return constant(element.text)
  if (name === 'Collection') return expressionsIn(element).map(readExpression)
  if (name === 'Record') return readRecord(element)
  if (name === 'Null' && element.children.length === 0) return null
  const object: JsonObject = readOperator(element)
  addAnnotations(object, element)
  return object
}

function readOperator(element: XmlElement): JsonObject {
  const { name } = element
  const operands = (): unknown[] => expressionsIn(element).map(readExpression)
  if (LISTS.has(name)) return { [`$${name}`]: operands() }
  switch (name) {
    case 'Null':
      return { $Null: null }
    case 'Not':
    case 'Neg':
      return { [`$${name}`]: operands()[0] ?? null }
    case 'UrlRef':
      return { $UrlRef: operands()[0] ?? element.text.trim() }
    case 'Apply':
      return { $Apply: operands(), $Function: required(element, 'Function') }
    case 'Cast':
    case 'IsOf':
      return { [`$${name}`]: readValue(element, null), ...castFacets(element) }
    case 'LabeledElement':
      return { $LabeledElement: readValue(element, null), $Name: required(element, 'Name') }
    case 'LabeledElementReference':
      return { $LabeledElementReference: element.text.trim() }
    default:
      throw new XmlProblem(element, `"${name}" is not an expression of an annotation`)
  }
}

function castFacets(element: XmlElement): JsonObject {
  const facets = readFacets(element, { type: 'Type', nullable: false })
  return facets['$Type'] === undefined ? { ...facets, $Type: 'Edm.String' } : facets
}

function readRecord(element: XmlElement): JsonObject {
  const record: JsonObject = {}
  const type = attribute(element, 'Type')
  if (type !== undefined) record['@type'] = `#${type}`
  addAnnotations(record, element)
  for (const value of element.children) {
    if (value.name !== 'PropertyValue') continue
    const property = required(value, 'Property')
    put(record, property, readValue(value, true), value)
    addAnnotations(record, value, { prefix: property })
  }
  return record
}

/** Annotations of another element (`Annotations Target=`). */
export function addTargetAnnotations(targets: JsonObject, element: XmlElement): void {
  const target = required(element, 'Target').trim()
  const before = targets[target]
  const object: JsonObject = typeof before === 'object' && before !== null ? { ...before } : {}
  addAnnotations(object, element, { qualifier: attribute(element, 'Qualifier') })
  if (target === '__proto__') throw new XmlProblem(element, `"${target}" is not a target`)
  targets[target] = object
}
