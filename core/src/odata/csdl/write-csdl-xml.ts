import { type CsdlDocument, declarations, isObject, type Json } from './csdl-document.ts'
import { type Names, readNames, schemasOf } from './names.ts'
import { writeAnnotations } from './write-annotations.ts'
import { writeContainer } from './write-container.ts'
import { facetAttributes, nullableAttribute, textOf } from './write-facets.ts'
import { writeStructured } from './write-structured.ts'
import { xmlElement } from './xml-text.ts'

const EDM = 'http://docs.oasis-open.org/odata/ns/edm'
const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx'

/** A document as CSDL XML of its version. Throws CsdlError where its names are broken. */
export function writeCsdlXml(document: CsdlDocument): string {
  const names = readNames(document)
  const schemas = schemasOf(document).map(([namespace, schema]) => writeSchema(namespace, schema, names))
  const envelope = xmlElement('edmx:Edmx', { Version: textOf(document['$Version']), 'xmlns:edmx': EDMX }, [
    ...writeReferences(document, names),
    xmlElement('edmx:DataServices', {}, schemas),
  ])
  return `<?xml version="1.0" encoding="utf-8"?>\n${envelope}\n`
}

function writeReferences(document: CsdlDocument, names: Names): readonly string[] {
  const references = isObject(document['$Reference']) ? document['$Reference'] : {}
  return Object.entries(references).map(([uri, reference]) => {
    const json = isObject(reference) ? reference : {}
    return xmlElement('edmx:Reference', { Uri: uri, xmlns: EDM }, [
      ...objectsOf(json['$Include']).map((include) =>
        xmlElement(
          'edmx:Include',
          { Namespace: textOf(include['$Namespace']), Alias: textOf(include['$Alias']) },
          writeAnnotations(include, names),
        ),
      ),
      ...objectsOf(json['$IncludeAnnotations']).map((include) =>
        xmlElement('edmx:IncludeAnnotations', {
          TermNamespace: textOf(include['$TermNamespace']),
          TargetNamespace: textOf(include['$TargetNamespace']),
          Qualifier: textOf(include['$Qualifier']),
        }),
      ),
      ...writeAnnotations(json, names),
    ])
  })
}

function writeSchema(namespace: string, schema: Json, names: Names): string {
  const elements = declarations(schema).flatMap(([name, value]) =>
    (Array.isArray(value) ? objectsOf(value) : isObject(value) ? [value] : []).map((json) =>
      writeElement(name, json, names),
    ),
  )
  const targets = isObject(schema['$Annotations']) ? schema['$Annotations'] : {}
  const annotations = Object.entries(targets).map(([target, json]) =>
    xmlElement('Annotations', { Target: target }, isObject(json) ? writeAnnotations(json, names) : []),
  )
  return xmlElement('Schema', { Namespace: namespace, Alias: textOf(schema['$Alias']), xmlns: EDM }, [
    ...elements,
    ...annotations,
    ...writeAnnotations(schema, names),
  ])
}

function writeElement(name: string, json: Json, names: Names): string {
  switch (json['$Kind']) {
    case 'EntityType':
    case 'ComplexType':
      return writeStructured(name, json, names)
    case 'EnumType':
      return writeEnumeration(name, json, names)
    case 'TypeDefinition': {
      const attributes = { Name: name, ...facetAttributes(json, 'UnderlyingType') }
      return xmlElement('TypeDefinition', attributes, writeAnnotations(json, names))
    }
    case 'EntityContainer':
      return writeContainer(name, json, names)
    case 'Term':
      return writeTerm(name, json, names)
    default:
      return writeOperation(name, json, names)
  }
}

function writeEnumeration(name: string, json: Json, names: Names): string {
  const attributes = {
    Name: name,
    UnderlyingType: textOf(json['$UnderlyingType']),
    IsFlags: textOf(json['$IsFlags']),
  }
  return xmlElement('EnumType', attributes, [
    ...declarations(json).map(([member, value]) =>
      xmlElement('Member', { Name: member, Value: textOf(value) }, writeAnnotations(json, names, member)),
    ),
    ...writeAnnotations(json, names),
  ])
}

function writeTerm(name: string, json: Json, names: Names): string {
  const applies: unknown = json['$AppliesTo']
  const attributes = {
    Name: name,
    ...facetAttributes(json),
    ...nullableAttribute(json, 'property'),
    DefaultValue: textOf(json['$DefaultValue']),
    BaseTerm: textOf(json['$BaseTerm']),
    AppliesTo: Array.isArray(applies) ? applies.join(' ') : undefined,
  }
  return xmlElement('Term', attributes, writeAnnotations(json, names))
}

function writeOperation(name: string, json: Json, names: Names): string {
  const attributes = {
    Name: name,
    IsBound: textOf(json['$IsBound']),
    IsComposable: textOf(json['$IsComposable']),
    EntitySetPath: textOf(json['$EntitySetPath']),
  }
  const result = json['$ReturnType']
  return xmlElement(json['$Kind'] === 'Function' ? 'Function' : 'Action', attributes, [
    ...objectsOf(json['$Parameter']).map((each) => writeTyped('Parameter', each, names)),
    ...(isObject(result) ? [writeTyped('ReturnType', result, names)] : []),
    ...writeAnnotations(json, names),
  ])
}

function writeTyped(element: 'Parameter' | 'ReturnType', json: Json, names: Names): string {
  const attributes = {
    Name: element === 'Parameter' ? textOf(json['$Name']) : undefined,
    ...facetAttributes(json),
    ...nullableAttribute(json, 'other'),
  }
  return xmlElement(element, attributes, writeAnnotations(json, names))
}

function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
