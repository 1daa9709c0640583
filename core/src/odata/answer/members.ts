import type { NavigationProperty, StructuralProperty, StructuredType } from '#odata/model.ts'
import { castTo, insideProperty, navigate, oneOf, type Position } from '#odata/position.ts'
import {
  type AnswerMember,
  type AnswerPlace,
  type DescribedPlace,
  describedAt,
  FREE,
  GEOGRAPHY,
  SCALAR,
  SCALARS,
} from './answer-place.ts'
import { readAnnotated, readOffered } from './control.ts'

/** What the member with this name is. Remembered: the same names come with every entity. */
export function memberOf(place: AnswerPlace, name: string): AnswerMember {
  const members = place.kind === 'described' || place.kind === 'free' ? place.members : undefined
  const known = members?.get(name)
  if (known) return known
  const member = readMember(place, name)
  members?.set(name, member)
  return member
}

function readMember(place: AnswerPlace, name: string): AnswerMember {
  const annotated = place.kind === 'operation' ? readOffered(name) : readAnnotated(name)
  const operation = !annotated && name.startsWith('#')
  // What is said of the object itself stands nowhere else.
  const behind =
    annotated?.of === '' && place.kind !== 'free' ? SCALAR : valuePlace(place, annotated?.of ?? name)
  return { annotated, operation, place: behind }
}

function valuePlace(place: AnswerPlace, name: string): AnswerPlace {
  switch (place.kind) {
    case 'operation':
      return FREE
    case 'wrapper':
      return name === 'value' ? place.value : place.other
    case 'described':
      return placeBehind(place, name)
    case 'free':
    case 'plain':
    case 'geography':
    case 'withheld':
      return place
  }
}

/**
 * What the value of a member may be. Declarations of derived types count too, since `@odata.type` may come late or not at
 * all (`metadata=none`); where two of them differ in what they lead to, the member is withheld.
 */
function placeBehind(place: DescribedPlace, name: string): AnswerPlace {
  const { type, collection } = place.position
  if (place.outermost && collection && name === 'value') return itemsOf(place)
  const types = declares(type, name) ? [type] : type.derived.filter((derived) => declares(derived, name))
  const behind = types.map((declaring) => behindDeclared(place, declaring, name))
  const [first] = behind
  if (first === undefined) return behindUndeclared(place, name)
  return (
    behind.find((one) => one.kind === 'withheld') ??
    (behind.every((one) => isSame(one, first)) ? first : DIFFERENT)
  )
}

const DIFFERENT: AnswerPlace = {
  kind: 'withheld',
  sources: [],
  why: 'derived types differ in what the member leads to',
}

function declares(type: StructuredType, name: string): boolean {
  return type.navigation.has(name) || type.properties.has(name)
}

function behindDeclared(place: DescribedPlace, type: StructuredType, name: string): AnswerPlace {
  const navigation = type.navigation.get(name)
  // Bindings may speak of the declaring type alone.
  if (navigation) return behindNavigation({ ...place, position: castTo(place.position, type) }, navigation)
  const property = type.properties.get(name)
  return property ? behindProperty(place, property) : SCALAR
}

/** Every set that the entity may be of has to be granted. Contained ones belong to the set that holds them. */
function behindNavigation(
  { position, restriction }: DescribedPlace,
  navigation: NavigationProperty,
): AnswerPlace {
  const target = navigate(restriction.model, position, navigation)
  if (!navigation.containsTarget) {
    const names = target.sources.map((source) => source.name)
    const missing = names.filter((source) => !restriction.isGranted(source))
    if (names.length === 0) return { kind: 'withheld', sources: [], why: 'no set is known that it leads to' }
    if (missing.length > 0)
      return { kind: 'withheld', sources: missing, why: 'it leads to a set that is not granted' }
  }
  return describedAt(target, restriction, { outermost: false })
}

function behindProperty(
  { position, restriction }: DescribedPlace,
  property: StructuralProperty,
): AnswerPlace {
  const { name, collection } = property.type
  const type = restriction.model.types.get(name)
  if (type?.kind === 'complex')
    return describedAt(insideProperty(position, property.name, { type, collection }), restriction, {
      outermost: false,
    })
  if (name.startsWith('Edm.Geography') || name.startsWith('Edm.Geometry')) return GEOGRAPHY
  // Edm.Untyped, Edm.ComplexType and types that the model lacks could hold anything: no objects of those.
  return SCALARS
}

/** `value` of the outermost object holds the collection. */
function itemsOf({ position, restriction }: DescribedPlace): AnswerPlace {
  return describedAt(oneOf(position), restriction, { outermost: false })
}

/** An open type takes lists of values, no type takes objects. */
function behindUndeclared(place: DescribedPlace, name: string): AnswerPlace {
  if (place.outermost && name === 'value') return itemsOf(place)
  const { type } = place.position
  const open =
    type.open || type.undescribed || type.derived.some((derived) => derived.open || derived.undescribed)
  return open ? SCALARS : SCALAR
}

function isSame(one: AnswerPlace, other: AnswerPlace): boolean {
  if (one.kind !== 'described' || other.kind !== 'described') return one.kind === other.kind
  return one.position.type === other.position.type && hasSameSources(one.position, other.position)
}

function hasSameSources(one: Position, other: Position): boolean {
  const others = new Set(other.sources)
  return one.sources.length === other.sources.length && one.sources.every((source) => others.has(source))
}
