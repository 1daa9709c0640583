import type { JsonObject } from './csdl-json-object.ts'
import { attribute, flag, type XmlElement } from './csdl-xml-tree.ts'

const NUMBERS = new Set(
  ['Byte', 'SByte', 'Int16', 'Int32', 'Int64', 'Decimal', 'Double', 'Single'].map((name) => `Edm.${name}`),
)

/** `Collection(EM.Event)` -> its parts. */
export function splitType(text: string): { readonly name: string; readonly collection: boolean } {
  const inner = /^Collection\((.*)\)$/s.exec(text.trim())?.[1]
  return { name: (inner ?? text).trim(), collection: inner !== undefined }
}

/**
 * Type and facets of a property, a parameter, a result, a term or a cast. What the two formats leave unsaid differs
 * (CSDL JSON section 7.2): a type is Edm.String, a scale is variable, and a value is not null.
 */
export function readFacets(
  element: XmlElement,
  options: { readonly type: 'Type' | 'UnderlyingType'; readonly nullable: boolean },
): JsonObject {
  const facets: JsonObject = {}
  const { name, collection } = splitType(attribute(element, options.type) ?? 'Edm.String')
  if (collection) facets['$Collection'] = true
  if (options.type === 'UnderlyingType') facets['$UnderlyingType'] = name
  else if (name !== 'Edm.String') facets['$Type'] = name
  const nullable = flag(element, 'Nullable') ?? !collection
  if (options.nullable && nullable) facets['$Nullable'] = true
  addNumber(facets, element, 'MaxLength')
  addNumber(facets, element, 'Precision')
  addScale(facets, element, name)
  addNumber(facets, element, 'SRID')
  if (flag(element, 'Unicode') === false) facets['$Unicode'] = false
  const initial = attribute(element, 'DefaultValue')
  if (initial !== undefined) facets['$DefaultValue'] = readInitial(initial, name)
  return facets
}

/** MaxLength `max` says nothing that its absence does not say. SRID may be `variable`. */
function addNumber(facets: JsonObject, element: XmlElement, name: 'MaxLength' | 'Precision' | 'SRID'): void {
  const text = attribute(element, name)?.trim()
  if (text === undefined || (name === 'MaxLength' && text === 'max')) return
  facets[`$${name}`] = name !== 'SRID' && /^\d{1,9}$/.test(text) ? Number(text) : text
}

function addScale(facets: JsonObject, element: XmlElement, type: string): void {
  const text = attribute(element, 'Scale')?.trim()
  if (text === undefined && type !== 'Edm.Decimal') return
  const scale = text ?? '0'
  if (scale.toLowerCase() !== 'variable') facets['$Scale'] = /^\d{1,9}$/.test(scale) ? Number(scale) : scale
}

function readInitial(text: string, type: string): unknown {
  if (type === 'Edm.Boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return NUMBERS.has(type) ? readNumber(text) : text
}

/** A number, if JSON can hold it without loss; the text itself where it cannot. */
export function readNumber(text: string): number | string {
  const number = Number(text)
  const canonical = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(text)
  return canonical && String(number) === text ? number : text
}

/** A flag that is only written where it is true. */
export function putFlag(object: JsonObject, element: XmlElement, name: string): void {
  if (flag(element, name) === true) object[`$${name}`] = true
}
