import { declarations, isObject, type Json } from './csdl-document.ts'
import type { Names } from './names.ts'
import { writeAnnotations } from './write-annotations.ts'
import { facetAttributes, nullableAttribute, textOf } from './write-facets.ts'
import { xmlElement } from './xml-text.ts'

/** An EntityType or a ComplexType as CSDL XML. */
export function writeStructured(name: string, json: Json, names: Names): string {
  const attributes = {
    Name: name,
    BaseType: textOf(json['$BaseType']),
    Abstract: textOf(json['$Abstract']),
    OpenType: textOf(json['$OpenType']),
    HasStream: textOf(json['$HasStream']),
  }
  return xmlElement(json['$Kind'] === 'EntityType' ? 'EntityType' : 'ComplexType', attributes, [
    ...writeKey(json['$Key']),
    ...declarations(json).map(([own, member]) => {
      const property = isObject(member) ? member : {}
      return property['$Kind'] === 'NavigationProperty'
        ? writeNavigation(own, property, names)
        : writeProperty(own, property, names)
    }),
    ...writeAnnotations(json, names),
  ])
}

function writeKey(key: unknown): readonly string[] {
  if (!Array.isArray(key) || key.length === 0) return []
  const parts = key.map((part: unknown) => {
    const [alias, path] = isObject(part) ? (Object.entries(part)[0] ?? []) : [undefined, part]
    return xmlElement('PropertyRef', { Name: textOf(path), Alias: alias })
  })
  return [xmlElement('Key', {}, parts)]
}

function writeProperty(name: string, json: Json, names: Names): string {
  const attributes = {
    Name: name,
    ...facetAttributes(json),
    ...nullableAttribute(json, 'property'),
    DefaultValue: textOf(json['$DefaultValue']),
  }
  return xmlElement('Property', attributes, writeAnnotations(json, names))
}

function writeNavigation(name: string, json: Json, names: Names): string {
  const type = textOf(json['$Type']) ?? ''
  const collection = json['$Collection'] === true
  const attributes = {
    Name: name,
    Type: collection ? `Collection(${type})` : type,
    Nullable: collection || json['$Nullable'] === true ? undefined : 'false',
    Partner: textOf(json['$Partner']),
    ContainsTarget: textOf(json['$ContainsTarget']),
  }
  const constraints = isObject(json['$ReferentialConstraint']) ? json['$ReferentialConstraint'] : {}
  const cascade = textOf(json['$OnDelete'])
  return xmlElement('NavigationProperty', attributes, [
    ...declarations(constraints).map(([property, principal]) =>
      xmlElement(
        'ReferentialConstraint',
        { Property: property, ReferencedProperty: textOf(principal) },
        writeAnnotations(constraints, names, property),
      ),
    ),
    ...(cascade === undefined
      ? []
      : [xmlElement('OnDelete', { Action: cascade }, writeAnnotations(json, names, '$OnDelete'))]),
    ...writeAnnotations(json, names),
  ])
}
