import { addAnnotations } from './csdl-annotations.ts'
import { checkName, type JsonObject, put } from './csdl-json-object.ts'
import { attribute, flag, required, type XmlElement } from './csdl-xml-tree.ts'

/** An EntityContainer as CSDL JSON. Throws XmlProblem. */
export function readContainer(element: XmlElement): JsonObject {
  const container: JsonObject = { $Kind: 'EntityContainer' }
  const base = attribute(element, 'Extends')
  if (base !== undefined) container['$Extends'] = base.trim()
  for (const member of element.children) {
    const read = Object.hasOwn(MEMBERS, member.name) ? MEMBERS[member.name] : undefined
    if (!read) continue
    const name = checkName(required(member, 'Name'), member)
    const object = read(member)
    addAnnotations(object, member)
    put(container, name, object, member)
  }
  addAnnotations(container, element)
  return container
}

const MEMBERS: Readonly<Record<string, (element: XmlElement) => JsonObject>> = {
  EntitySet: (element) => ({
    $Collection: true,
    $Type: required(element, 'EntityType').trim(),
    ...(flag(element, 'IncludeInServiceDocument') === false && { $IncludeInServiceDocument: false }),
    ...readBindings(element),
  }),
  Singleton: (element) => ({
    $Type: required(element, 'Type').trim(),
    ...(flag(element, 'Nullable') === true && { $Nullable: true }),
    ...readBindings(element),
  }),
  ActionImport: (element) => ({ $Action: required(element, 'Action').trim(), ...readEntitySet(element) }),
  FunctionImport: (element) => ({
    $Function: required(element, 'Function').trim(),
    ...readEntitySet(element),
    ...(flag(element, 'IncludeInServiceDocument') === true && { $IncludeInServiceDocument: true }),
  }),
}

function readEntitySet(element: XmlElement): JsonObject {
  const set = attribute(element, 'EntitySet')
  return set === undefined ? {} : { $EntitySet: set.trim() }
}

function readBindings(element: XmlElement): JsonObject {
  const bindings: JsonObject = {}
  for (const binding of element.children) {
    if (binding.name !== 'NavigationPropertyBinding') continue
    put(bindings, required(binding, 'Path').trim(), required(binding, 'Target').trim(), binding)
  }
  return Object.keys(bindings).length > 0 ? { $NavigationPropertyBinding: bindings } : {}
}
