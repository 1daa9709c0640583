import { constantKind } from './constant-kinds.ts'
import { isObject, type Json } from './csdl-document.ts'
import { type Names, resolve } from './names.ts'
import { facetAttributes } from './write-facets.ts'
import { escapeXml, xmlElement } from './xml-text.ts'

/** What a value stands in: the term, qualified, and the member of a record. */
type Place = { readonly names: Names; readonly term: string; readonly property: string }

const LISTS = ['$And', '$Or', '$Eq', '$Ne', '$Gt', '$Ge', '$Lt', '$Le', '$Has', '$In', '$Add', '$Sub', '$Mul']
const OPERATORS = new Set([...LISTS, '$Div', '$DivBy', '$Mod', '$If', '$Not', '$Neg'])

/** `Annotation` elements for the annotations of an object; `about` is the member that they are about, empty for itself. */
export function writeAnnotations(object: Json, names: Names, about = ''): readonly string[] {
  const prefix = `${about}@`
  return Object.entries(object).flatMap(([key, value]) => {
    if (!key.startsWith(prefix) || key.includes('@', prefix.length)) return []
    // A record's own control information is no annotation.
    const [term = '', qualifier] = key.slice(prefix.length).split('#')
    if (!term.includes('.')) return []
    const place = { names, term: resolve(names, term), property: '' }
    return [
      writeValued('Annotation', { Term: term, Qualifier: qualifier }, value, {
        place,
        annotations: writeAnnotations(object, names, key),
      }),
    ]
  })
}

/** An element whose value is in an attribute where that is possible, otherwise in an element of its own. */
function writeValued(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  value: unknown,
  { place, annotations }: { readonly place: Place; readonly annotations: readonly string[] },
): string {
  const constant = readConstant(value, place)
  return constant
    ? xmlElement(name, { ...attributes, [constant.name]: constant.text }, annotations)
    : xmlElement(name, attributes, [writeExpression(value, place), ...annotations])
}

type Constant = { readonly name: string; readonly text: string }

function readConstant(value: unknown, { names, term, property }: Place): Constant | undefined {
  if (typeof value === 'boolean') return { name: 'Bool', text: String(value) }
  if (typeof value === 'number')
    return { name: Number.isSafeInteger(value) ? 'Int' : 'Decimal', text: String(value) }
  if (isObject(value) && typeof value['$Path'] === 'string') return { name: 'Path', text: value['$Path'] }
  if (typeof value !== 'string') return undefined
  const kind = constantKind(resolve(names, term), property)
  if (typeof kind !== 'object') return { name: kind ?? 'String', text: value }
  return {
    name: 'EnumMember',
    text: value
      .split(',')
      .map((member) => `${kind.members}/${member}`)
      .join(' '),
  }
}

function writeExpression(value: unknown, place: Place): string {
  const constant = readConstant(value, place)
  if (constant) return `<${constant.name}>${escapeXml(constant.text)}</${constant.name}>`
  if (Array.isArray(value))
    return xmlElement(
      'Collection',
      {},
      value.map((item) => writeExpression(item, place)),
    )
  if (!isObject(value)) return '<Null/>'
  const operator = Object.keys(value).find(
    (key) => key.startsWith('$') && key !== '$Name' && key !== '$Function',
  )
  return operator === undefined ? writeRecord(value, place) : writeOperator(value, place)
}

function writeOperator(value: Json, place: Place): string {
  const { names } = place
  const inside = { ...place, term: '', property: '' }
  const annotations = writeAnnotations(value, names)
  const operands = (given: unknown): readonly string[] => [
    ...annotations,
    ...(Array.isArray(given) ? given : [given]).map((operand: unknown) => writeExpression(operand, inside)),
  ]
  const list = Object.keys(value).find((key) => OPERATORS.has(key))
  if (list !== undefined) return xmlElement(list.slice(1), {}, operands(value[list]))
  if (Object.hasOwn(value, '$Null')) return xmlElement('Null', {}, annotations)
  if (Object.hasOwn(value, '$Apply'))
    return xmlElement('Apply', { Function: textOf(value['$Function']) }, operands(value['$Apply']))
  if (Object.hasOwn(value, '$UrlRef')) return xmlElement('UrlRef', {}, operands(value['$UrlRef']))
  if (Object.hasOwn(value, '$LabeledElement')) {
    const attributes = { Name: textOf(value['$Name']) }
    return writeValued('LabeledElement', attributes, value['$LabeledElement'], { place: inside, annotations })
  }
  if (Object.hasOwn(value, '$LabeledElementReference'))
    return `<LabeledElementReference>${escapeXml(textOf(value['$LabeledElementReference']))}</LabeledElementReference>`
  const test = Object.hasOwn(value, '$IsOf') ? 'IsOf' : 'Cast'
  const { Type = 'Edm.String', ...facets } = facetAttributes(value)
  return xmlElement(test, { Type, ...facets }, operands(value[`$${test}`]))
}

function writeRecord(value: Json, place: Place): string {
  const type = textOf(value['@type'] ?? value['@odata.type'])
  const attributes = type === '' ? {} : { Type: type.slice(type.indexOf('#') + 1) }
  const members = Object.entries(value).filter(([name]) => !/[$@]/.test(name))
  return xmlElement('Record', attributes, [
    ...members.map(([property, member]) =>
      writeValued('PropertyValue', { Property: property }, member, {
        place: { ...place, property },
        annotations: writeAnnotations(value, place.names, property),
      }),
    ),
    ...writeAnnotations(value, place.names),
  ])
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
