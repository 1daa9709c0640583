import { itemsOf, type JsonMember, type JsonValue, membersOf, textOfValue } from '#odata/json/document.ts'
import type { NavigationProperty } from '#odata/model.ts'
import { navigate, oneOf, type Position, type Verb } from '#odata/position.ts'
import { type BodyContext, type Change, causeOf, type PlacedObject, refuseAt, touchAt } from './context.ts'
import { controlOf } from './control-information.ts'
import { linkTo } from './reference.ts'

/** Where a navigation property's member stands, and what happens with what holds it. */
type NavigationPlace = Pick<PlacedObject, 'position' | 'change' | 'path'> & {
  readonly navigation: NavigationProperty
}

const ID: ReadonlySet<string> = new Set(['id'])
const ID_OR_REMOVED: ReadonlySet<string> = new Set(['id', 'removed'])

/** What a nested entity does to its set: deep insert (row 55), deep update (row 57), an entity as a parameter (row 62). */
const NESTED: Readonly<Record<Change, readonly Verb[]>> = {
  insert: ['POST'],
  update: ['PATCH', 'POST'],
  value: ['GET', 'POST'],
}

/** Entities nested under a navigation property: created, changed, or linked by `{"@id": ..}` alone. */
export function walkNavigation(context: BodyContext, member: JsonMember, place: NavigationPlace): void {
  const target = navigate(context.model, place.position, place.navigation)
  const cause = causeOf(member, place.path)
  const { value } = member
  if (!place.navigation.collection) {
    if (value.kind === 'object') return walkNested(context, value, { ...place, target, member })
    if (value.kind !== 'null') refuseAt(value, 'odata_malformed', `"${member.name}" has to be an object`)
    // Without its link a dependent entity may go as well: services cascade.
    return touchAt(context, target, place.change === 'update' ? ['GET', 'DELETE'] : ['GET'], cause)
  }
  if (value.kind !== 'array') refuseAt(value, 'odata_malformed', `"${member.name}" has to be an array`)
  // A list in an update is all that remains (Part 1, 11.4.3.1): what is not in it goes, from the link or altogether.
  if (place.change === 'update') touchAt(context, target, ['PATCH', 'DELETE'], cause)
  else if (isEmpty(value)) touchAt(context, target, NESTED[place.change], cause)
  for (const item of itemsOf(value)) walkNested(context, item, { ...place, target: oneOf(target), member })
}

/** `Account@odata.bind`: links to entities that there are (row 56). */
export function walkBind(context: BodyContext, member: JsonMember, place: NavigationPlace): void {
  const to = navigate(context.model, place.position, place.navigation)
  const cause = causeOf(member, place.path)
  const verbs = linkVerbs(place.navigation)
  touchAt(context, to, verbs, cause)
  if (place.navigation.collection) {
    if (member.value.kind !== 'array')
      refuseAt(member.value, 'odata_malformed', 'a list of links was expected')
    for (const item of itemsOf(member.value)) linkTo(context, item, { to, verbs, cause })
  } else if (member.value.kind !== 'null') {
    linkTo(context, member.value, { to, verbs, cause })
  }
}

/** `Bookings@delta`: entities changed, created and removed (row 57). */
export function walkDelta(context: BodyContext, member: JsonMember, place: NavigationPlace): void {
  if (place.change !== 'update' || !place.navigation.collection || member.value.kind !== 'array') {
    refuseAt(member, 'odata_malformed', '"@delta" is a list of changes to a collection in an update')
  }
  const target = oneOf(navigate(context.model, place.position, place.navigation))
  if (isEmpty(member.value)) touchAt(context, target, ['PATCH'], causeOf(member, place.path))
  const contained = place.navigation.containsTarget
  for (const item of itemsOf(member.value)) walkChange(context, item, { target, path: place.path, contained })
}

/** One item of a delta: an entity changed or created, or one that is removed. */
export function walkChange(
  context: BodyContext,
  item: JsonValue,
  place: { readonly target: Position; readonly path: string; readonly contained: boolean },
): void {
  if (item.kind !== 'object') refuseAt(item, 'odata_malformed', 'an item of a delta has to be an object')
  const removed = controlOf(item, 'removed')
  const verbs = removed ? removalVerbs(removed, place.contained) : NESTED.update
  const cause = causeOf(removed ?? item, place.path)
  touchAt(context, place.target, verbs, cause)
  const id = controlOf(item, 'id')
  if (id) linkTo(context, id.value, { to: place.target, verbs, cause })
  const { target: position, path } = place
  context.walk(context, { value: item, position, change: 'update', path, allowed: ID_OR_REMOVED })
}

function walkNested(
  context: BodyContext,
  value: JsonValue,
  place: NavigationPlace & { readonly target: Position; readonly member: JsonMember },
): void {
  if (value.kind !== 'object') refuseAt(value, 'odata_malformed', `"${place.path}" holds objects`)
  const cause = causeOf(place.member, place.path)
  const id = controlOf(value, 'id')
  const alone = id !== undefined && isLinkAlone(value)
  // With other members beside it, services change the entity or create it: all of it may happen where the id leads.
  const links = id ? [...linkVerbs(place.navigation), ...(alone ? [] : NESTED.update)] : []
  const verbs = new Set([...links, ...(alone ? [] : NESTED[place.change])])
  touchAt(context, place.target, [...verbs], cause)
  if (id) linkTo(context, id.value, { to: place.target, verbs: links, cause })
  if (alone) return
  context.walk(context, {
    value,
    position: place.target,
    change: place.change,
    path: place.path,
    allowed: ID,
  })
}

/** A link of a collection is kept with the target: it changes. */
function linkVerbs(navigation: NavigationProperty): readonly Verb[] {
  return navigation.collection ? ['PATCH'] : ['GET']
}

function isEmpty(value: JsonValue): boolean {
  return itemsOf(value).next().done === true
}

function isLinkAlone(value: JsonValue): boolean {
  for (const member of membersOf(value)) if (!/^@(?:odata\.)?(?:id|type)$/.test(member.name)) return false
  return true
}

/** `{"reason": "deleted"}` deletes, `"changed"` takes out of the collection; what is contained is then gone too. */
function removalVerbs(removed: JsonMember, contained: boolean): readonly Verb[] {
  if (removed.value.kind === 'null') return ['PATCH', 'DELETE']
  if (removed.value.kind !== 'object')
    refuseAt(removed.value, 'odata_malformed', 'an object with a reason was expected')
  let reason: string | undefined
  for (const member of membersOf(removed.value)) {
    reason = textOfValue(member.value)
    if (member.name !== 'reason' || (reason !== 'deleted' && reason !== 'changed')) {
      refuseAt(member, 'odata_malformed', 'the reason "deleted" or "changed" was expected')
    }
  }
  if (reason === 'deleted') return ['DELETE']
  return reason === 'changed' && !contained ? ['PATCH'] : ['PATCH', 'DELETE']
}
