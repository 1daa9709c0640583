import { declarations, isObject, type Json } from './csdl-document.ts'
import type { Names } from './names.ts'
import { writeAnnotations } from './write-annotations.ts'
import { textOf } from './write-facets.ts'
import { type XmlAttributes, xmlElement } from './xml-text.ts'

/** An EntityContainer as CSDL XML. */
export function writeContainer(name: string, json: Json, names: Names): string {
  return xmlElement('EntityContainer', { Name: name, Extends: textOf(json['$Extends']) }, [
    ...declarations(json).map(([own, member]) => writeMember(own, isObject(member) ? member : {}, names)),
    ...writeAnnotations(json, names),
  ])
}

function writeMember(name: string, json: Json, names: Names): string {
  const [element, attributes] = describe(json)
  const bindings = isObject(json['$NavigationPropertyBinding']) ? json['$NavigationPropertyBinding'] : {}
  return xmlElement(element, { Name: name, ...attributes }, [
    ...Object.entries(bindings)
      .filter(([path]) => !path.includes('@'))
      .map(([path, target]) =>
        xmlElement('NavigationPropertyBinding', { Path: path, Target: textOf(target) }),
      ),
    ...writeAnnotations(json, names),
  ])
}

function describe(json: Json): readonly [string, XmlAttributes] {
  const EntitySet = textOf(json['$EntitySet'])
  const IncludeInServiceDocument = textOf(json['$IncludeInServiceDocument'])
  if (json['$Action'] !== undefined) return ['ActionImport', { Action: textOf(json['$Action']), EntitySet }]
  if (json['$Function'] !== undefined) {
    const Function = textOf(json['$Function'])
    return ['FunctionImport', { Function, EntitySet, IncludeInServiceDocument }]
  }
  if (json['$Collection'] === true)
    return ['EntitySet', { EntityType: textOf(json['$Type']), IncludeInServiceDocument }]
  return ['Singleton', { Type: textOf(json['$Type']), Nullable: textOf(json['$Nullable']) }]
}
