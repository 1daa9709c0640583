import { addAnnotations } from './csdl-annotations.ts'
import { putFlag, readFacets, readNumber, splitType } from './csdl-facets.ts'
import { checkName, type JsonObject, put } from './csdl-json-object.ts'
import { attribute, flag, required, type XmlElement } from './csdl-xml-tree.ts'

/** An EntityType or ComplexType as CSDL JSON. Throws XmlProblem. */
export function readStructured(element: XmlElement): JsonObject {
  const type: JsonObject = { $Kind: element.name }
  for (const name of ['Abstract', 'OpenType', 'HasStream']) putFlag(type, element, name)
  const base = attribute(element, 'BaseType')
  if (base !== undefined) type['$BaseType'] = base.trim()
  const key = element.children.find(({ name }) => name === 'Key')
  if (key) type['$Key'] = key.children.filter(({ name }) => name === 'PropertyRef').map(readKeyPart)
  for (const member of element.children) {
    if (member.name !== 'Property' && member.name !== 'NavigationProperty') continue
    const name = checkName(required(member, 'Name'), member)
    put(type, name, member.name === 'Property' ? readProperty(member) : readNavigation(member), member)
  }
  addAnnotations(type, element)
  return type
}

function readKeyPart(element: XmlElement): unknown {
  const path = required(element, 'Name').trim()
  const alias = attribute(element, 'Alias')
  return alias === undefined ? path : { [checkName(alias, element)]: path }
}

function readProperty(element: XmlElement): JsonObject {
  required(element, 'Type')
  const property = readFacets(element, { type: 'Type', nullable: true })
  addAnnotations(property, element)
  return property
}

function readNavigation(element: XmlElement): JsonObject {
  const { name, collection } = splitType(required(element, 'Type'))
  const navigation: JsonObject = { $Kind: 'NavigationProperty', $Type: name }
  if (collection) navigation['$Collection'] = true
  else if (flag(element, 'Nullable') !== false) navigation['$Nullable'] = true
  const partner = attribute(element, 'Partner')
  if (partner !== undefined) navigation['$Partner'] = partner.trim()
  putFlag(navigation, element, 'ContainsTarget')
  const constraints: JsonObject = {}
  for (const child of element.children) {
    if (child.name === 'ReferentialConstraint') {
      const property = required(child, 'Property').trim()
      put(constraints, property, required(child, 'ReferencedProperty').trim(), child)
      addAnnotations(constraints, child, { prefix: property })
    } else if (child.name === 'OnDelete') {
      put(navigation, '$OnDelete', required(child, 'Action'), child)
      addAnnotations(navigation, child, { prefix: '$OnDelete' })
    }
  }
  if (Object.keys(constraints).length > 0) navigation['$ReferentialConstraint'] = constraints
  addAnnotations(navigation, element)
  return navigation
}

/** An EnumType as CSDL JSON: members without a value count from 0. Throws XmlProblem. */
export function readEnumeration(element: XmlElement): JsonObject {
  const type: JsonObject = { $Kind: 'EnumType' }
  const underlying = attribute(element, 'UnderlyingType')
  if (underlying !== undefined) type['$UnderlyingType'] = underlying
  putFlag(type, element, 'IsFlags')
  addAnnotations(type, element)
  const members = element.children.filter(({ name }) => name === 'Member')
  for (const [index, member] of members.entries()) {
    const name = checkName(required(member, 'Name'), member)
    const value = attribute(member, 'Value')
    put(type, name, value === undefined ? index : readNumber(value.trim()), member)
    addAnnotations(type, member, { prefix: name })
  }
  return type
}

/** A TypeDefinition as CSDL JSON. Throws XmlProblem. */
export function readTypeDefinition(element: XmlElement): JsonObject {
  required(element, 'UnderlyingType')
  const definition = {
    $Kind: 'TypeDefinition',
    ...readFacets(element, { type: 'UnderlyingType', nullable: false }),
  }
  addAnnotations(definition, element)
  return definition
}

/** A Term as CSDL JSON. Throws XmlProblem. */
export function readTerm(element: XmlElement): JsonObject {
  const term: JsonObject = { $Kind: 'Term', ...readFacets(element, { type: 'Type', nullable: true }) }
  const base = attribute(element, 'BaseTerm')
  if (base !== undefined) term['$BaseTerm'] = base
  const applies = attribute(element, 'AppliesTo')?.trim()
  if (applies !== undefined && applies !== '') term['$AppliesTo'] = applies.split(/\s+/)
  addAnnotations(term, element)
  return term
}

/** One overload of an Action or a Function as CSDL JSON. Throws XmlProblem. */
export function readOperation(element: XmlElement): JsonObject {
  const operation: JsonObject = { $Kind: element.name }
  putFlag(operation, element, 'IsBound')
  putFlag(operation, element, 'IsComposable')
  const path = attribute(element, 'EntitySetPath')
  if (path !== undefined) operation['$EntitySetPath'] = path.trim()
  const parameters = element.children.filter(({ name }) => name === 'Parameter')
  if (parameters.length > 0) operation['$Parameter'] = parameters.map(readParameter)
  const result = element.children.find(({ name }) => name === 'ReturnType')
  if (result) {
    required(result, 'Type')
    const returns = readFacets(result, { type: 'Type', nullable: true })
    addAnnotations(returns, result)
    operation['$ReturnType'] = returns
  }
  addAnnotations(operation, element)
  return operation
}

function readParameter(element: XmlElement): JsonObject {
  required(element, 'Type')
  const parameter = {
    $Name: required(element, 'Name'),
    ...readFacets(element, { type: 'Type', nullable: true }),
  }
  addAnnotations(parameter, element)
  return parameter
}
