import { itemsOf, type JsonMember, type JsonValue } from '#odata/json/document.ts'
import type { StructuredType, TypeRef } from '#odata/model.ts'
import { castTo, insideProperty, UNDESCRIBED } from '#odata/position.ts'
import {
  type BodyContext,
  causeOf,
  isScalar,
  joinPath,
  namedType,
  type PlacedObject,
  refuseAt,
  spend,
  touchAt,
  unknownReach,
} from './context.ts'
import { checkControl, controlOf, namedMembers, requireText, typeOfObject } from './control-information.ts'
import { walkBind, walkDelta, walkNavigation } from './navigation.ts'
import { linkTo } from './reference.ts'

const NONE: ReadonlySet<string> = new Set()
const ID: ReadonlySet<string> = new Set(['id'])

type ObjectPlace = Omit<PlacedObject, 'allowed'>

/** Where a value stands, and what happens with it. */
type ValuePlace = Omit<ObjectPlace, 'value'>

/**
 * Walks through an entity or a complex value along the model (odata.md rows 55-65): every member is a property, a
 * navigation property, or control information that is understood; all others are refused.
 */
export function walkObject(context: BodyContext, object: PlacedObject): void {
  spend(context, 'bodyObjects', object.value)
  const type = typeOfObject(context, object.value, object.position.type)
  const position = castTo(object.position, type)
  for (const [member, name] of namedMembers(object.value)) {
    const placed = { position, change: object.change, path: joinPath(object.path, member.name) }
    if (name.kind === 'property') walkMember(context, member, placed)
    else if (name.of === '') checkControl(member, name.term, object.allowed)
    else walkPropertyControl(context, member, { ...placed, of: name.of, term: name.term })
  }
}

/** Walks through the value of a structural property or of a parameter. */
export function walkValue(
  context: BodyContext,
  value: JsonValue,
  place: ValuePlace & { readonly type: TypeRef },
): void {
  const { type } = place
  if (!type.collection) return walkSingle(context, value, place)
  if (value.kind !== 'array') refuseAt(value, 'odata_malformed', `"${place.path}" has to be an array`)
  for (const item of itemsOf(value)) walkSingle(context, item, place)
}

function walkSingle(
  context: BodyContext,
  value: JsonValue,
  place: ValuePlace & { readonly type: TypeRef },
): void {
  const named = namedType(context.model, place.type.name)
  if (value.kind === 'null' || named.kind === 'geo') return
  if (named.kind === 'primitive') {
    if (!isScalar(value)) refuseAt(value, 'odata_malformed', `"${place.path}" has no members`)
    return
  }
  const undescribed = named.type.undescribed
  if (value.kind === 'object') {
    // Of a type that the model does not know, even the object itself may stand for an entity.
    if (named.type === UNDESCRIBED) unknownReach(context, causeOf(value, place.path))
    const position = { ...place.position, type: named.type, collection: false }
    const object = { value, position, change: place.change, path: place.path }
    return context.walk(context, { ...object, allowed: linkedParameter(context, object) ? ID : NONE })
  }
  if (!undescribed) refuseAt(value, 'odata_malformed', `"${place.path}" has to be an object`)
  if (!isScalar(value)) unknownReach(context, causeOf(value, place.path))
}

/** An entity as a parameter may be one that there is: `{"@odata.id": ".."}` (row 62). Then it is read. */
function linkedParameter(context: BodyContext, { value, position, change, path }: ObjectPlace): boolean {
  const id = change === 'value' && position.type.kind === 'entity' ? controlOf(value, 'id') : undefined
  if (!id) return false
  const cause = causeOf(id, path)
  touchAt(context, position, ['GET'], cause)
  linkTo(context, id.value, { to: position, verbs: ['GET'], cause })
  return true
}

function walkMember(context: BodyContext, member: JsonMember, place: ValuePlace): void {
  const { type } = place.position
  const navigation = type.navigation.get(member.name)
  const property = type.properties.get(member.name)
  if (navigation) {
    context.recorder.visited(navigation.name)
    walkNavigation(context, member, { ...place, navigation })
  } else if (property) {
    context.recorder.visited(property.name)
    const inside = insideProperty(place.position, property.name, { type: UNDESCRIBED, collection: false })
    walkValue(context, member.value, { ...place, position: inside, type: property.type })
  } else {
    walkUndeclared(context, member, place)
  }
}

/** A member that the type does not have. Of an open type a scalar is a property; all else could navigate. */
function walkUndeclared(context: BodyContext, member: JsonMember, place: ValuePlace): void {
  const { type } = place.position
  if (type.undescribed) {
    if (!isScalar(member.value)) unknownReach(context, causeOf(member, place.path))
    return
  }
  if (!type.open) refuseUnknown(member, type)
  if (!isScalar(member.value)) {
    const problem = `"${member.name}" is not declared, and what holds members could lead to other entities`
    refuseAt(member, 'odata_not_supported', problem)
  }
}

/** Control information of a member: `Account@odata.bind`, `Bookings@delta`, `Name@odata.type`. */
function walkPropertyControl(
  context: BodyContext,
  member: JsonMember,
  place: ValuePlace & { readonly of: string; readonly term: string },
): void {
  const { type } = place.position
  const navigation = type.navigation.get(place.of)
  if (navigation) {
    context.recorder.visited(navigation.name)
    if (place.term === 'bind') return walkBind(context, member, { ...place, navigation })
    if (place.term === 'delta') return walkDelta(context, member, { ...place, navigation })
    refuseTerm(member)
  }
  const property = type.properties.get(place.of)
  if (property) {
    context.recorder.visited(property.name)
    const structured = namedType(context.model, property.type.name).kind === 'structured'
    if (place.term === 'type' && !structured) return void requireText(member)
    if (/^media(?:ContentType|Etag)$/.test(place.term) && property.type.name === 'Edm.Stream') {
      return void requireText(member)
    }
    refuseTerm(member)
  }
  if (type.undescribed) return unknownReach(context, causeOf(member, place.path))
  if (!type.open) refuseUnknown(member, type)
  if (place.term !== 'type') refuseTerm(member)
  requireText(member)
}

function refuseTerm(member: JsonMember): never {
  refuseAt(member, 'odata_not_supported', `"${member.name}" is not taken at this place of a request`)
}

function refuseUnknown(member: JsonMember, type: StructuredType): never {
  refuseAt(member, 'odata_unknown_name', `${type.name} has no "${member.name}"`)
}
