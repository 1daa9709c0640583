import type { NavigationProperty, StructuralProperty, StructuredType, TypeRef } from '#odata/model.ts'
import { type AnnotationReader, TERMS } from './annotations.ts'
import { CsdlError, declarations, isObject, type Json, readFlag, readText } from './csdl-document.ts'
import { readAlternateKeys, readKey } from './keys.ts'
import { isIdentifier, type Names, namespaceOf, resolve } from './names.ts'
import { isEdmType } from './primitives.ts'
import type { SchemaElement, SchemaElements } from './schema-elements.ts'

/** A type while it is read: navigation properties may still be marked, derived types still come. */
export type DraftType = {
  -readonly [Member in keyof StructuredType]: StructuredType[Member]
} & {
  base: DraftType | undefined
  derived: DraftType[]
  navigation: Map<string, DraftNavigation>
}

export type DraftNavigation = { -readonly [Member in keyof NavigationProperty]: NavigationProperty[Member] }

export type ReadContext = {
  readonly names: Names
  readonly annotations: AnnotationReader
  readonly elements: SchemaElements
}

/** Entity and complex types with everything that they inherit. Throws CsdlError. */
export function readTypes(context: ReadContext): ReadonlyMap<string, DraftType> {
  const types = new Map<string, DraftType>()
  const pending = new Set<string>()
  const read = (element: SchemaElement): DraftType => {
    const before = types.get(element.name)
    if (before) return before
    if (pending.has(element.name))
      throw new CsdlError([...element.path, '$BaseType'], 'the type derives from itself')
    pending.add(element.name)
    const base = baseOf(context, element)
    const type = readType(context, element, base && read(base))
    types.set(element.name, type)
    for (let above = type.base; above; above = above.base) above.derived.push(type)
    return type
  }
  for (const element of context.elements.structured.values()) read(element)
  return types
}

function baseOf({ names, elements }: ReadContext, { json, path }: SchemaElement): SchemaElement | undefined {
  const name = readText(json, '$BaseType', path)
  if (name === undefined) return undefined
  const base = elements.structured.get(resolve(names, name))
  if (!base) throw new CsdlError([...path, '$BaseType'], `there is no type "${name}"`)
  if (base.json['$Kind'] !== json['$Kind'])
    throw new CsdlError([...path, '$BaseType'], `"${name}" is a type of another kind`)
  return base
}

function readType(context: ReadContext, element: SchemaElement, base: DraftType | undefined): DraftType {
  const { annotations } = context
  const { json, path, name, schema } = element
  const properties = new Map<string, StructuralProperty>(base?.properties)
  const navigation = new Map<string, DraftNavigation>(base?.navigation)
  for (const [own, member] of declarations(json)) {
    const at = [...path, own]
    if (!isIdentifier(own)) throw new CsdlError(at, `"${own}" is not a name in OData`)
    if (!isObject(member)) throw new CsdlError(at, 'the property is not an object')
    const kind = member['$Kind']
    // Published documents repeat a property of a base type; but what navigates must do so in the whole hierarchy.
    const repeated = kind === 'NavigationProperty' ? properties.has(own) : false
    if (navigation.has(own) || repeated) throw new CsdlError(at, `the name "${own}" is used twice`)
    if (kind === 'NavigationProperty')
      navigation.set(own, readNavigation(context, member, { own, name, path: at }))
    else if (kind === undefined || kind === 'Property')
      properties.set(own, { name: own, type: readTypeRef(context, member, { path: at, use: 'property' }) })
    else throw new CsdlError([...at, '$Kind'], 'neither a property nor a navigation property')
  }
  const undescribed =
    annotations.tagged(json, [name], TERMS.undescribed) ||
    annotations.tagged(schema, [namespaceOf(name)], TERMS.undescribed)
  const key = readKey(json, path)
  return {
    kind: json['$Kind'] === 'EntityType' ? 'entity' : 'complex',
    name,
    base,
    derived: [],
    abstract: readFlag(json, '$Abstract', path),
    open: readFlag(json, '$OpenType', path) || (base?.open ?? false),
    hasStream: readFlag(json, '$HasStream', path) || (base?.hasStream ?? false),
    key: key.length > 0 ? key : (base?.key ?? []),
    alternateKeys: [...(base?.alternateKeys ?? []), ...readAlternateKeys(annotations, json, [name])],
    properties,
    navigation,
    undescribed: undescribed || (base?.undescribed ?? false),
  }
}

function readNavigation(
  { names, annotations, elements }: ReadContext,
  json: Json,
  { own, name, path }: { readonly own: string; readonly name: string; readonly path: readonly string[] },
): DraftNavigation {
  const given = readText(json, '$Type', path)
  if (given === undefined) throw new CsdlError(path, 'a navigation property without $Type')
  const type = resolve(names, given)
  if (type !== 'Edm.EntityType' && elements.structured.get(type)?.json['$Kind'] !== 'EntityType')
    throw new CsdlError([...path, '$Type'], `there is no entity type "${given}"`)
  const targets = [`${name}/${own}`]
  return {
    name: own,
    type,
    collection: readFlag(json, '$Collection', path),
    containsTarget: readFlag(json, '$ContainsTarget', path),
    autoExpand:
      annotations.tagged(json, targets, TERMS.autoExpand) ||
      annotations.tagged(json, targets, TERMS.autoExpandReferences),
  }
}

/**
 * The type of a property, a parameter or a result. A type of a document that is not here is accepted for a property alone:
 * nobody can say what a parameter or a result of such a type reaches. Throws CsdlError.
 */
export function readTypeRef(
  { names, elements }: ReadContext,
  json: Json,
  { path, use }: { readonly path: readonly string[]; readonly use: 'property' | 'parameter' | 'result' },
): TypeRef {
  const given = readText(json, '$Type', path) ?? 'Edm.String'
  const name = resolve(names, given)
  const structured = elements.structured.get(name)?.json['$Kind']
  const known =
    isEdmType(name) ||
    structured !== undefined ||
    elements.enumerations.has(name) ||
    elements.definitions.has(name)
  if (!known && !(use === 'property' && names.elsewhere.has(namespaceOf(name))))
    throw new CsdlError([...path, '$Type'], `there is no type "${given}"`)
  if (use === 'property' && (structured === 'EntityType' || name === 'Edm.EntityType'))
    throw new CsdlError(
      [...path, '$Type'],
      `"${given}" is an entity type: only navigation properties have one`,
    )
  return { name, collection: readFlag(json, '$Collection', path) }
}
