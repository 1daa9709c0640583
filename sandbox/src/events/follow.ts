import { Refusal } from '#refusal.ts'
import { type Context, rowsOf } from './context.ts'
import { asList, type Entity, entitiesOf, isEntity, type Value } from './entity.ts'
import { findName, SETS, SINGLETON, TYPES, typeOf } from './model.ts'
import { list } from './world.ts'

/** What a set, a singleton or the qualified name of one holds. */
export function sourceNamed(context: Context, name: string): Value | undefined {
  const set = findName([...Object.keys(SETS), SINGLETON], name)
  if (set === undefined) return undefined
  const rows = rowsOf(context, set)
  return set === SINGLETON ? (rows[0] ?? null) : rows
}

/** Goes one name further: a type, a property, a navigation property. Of a collection, from each member. */
export function follow(context: Context, from: Value, name: string): Value {
  if (Array.isArray(from)) {
    const type = typeNamed(name)
    if (type !== undefined) return entitiesOf(from).filter((entity) => isOfType(entity, type))
    return asList(from).flatMap((one) => (isEntity(one) ? asList(follow(context, one, name)) : []))
  }
  if (!isEntity(from)) return null
  const type = typeNamed(name)
  if (type !== undefined) return isOfType(from, type) ? from : null
  const navigation = navigationNamed(from, name)
  if (navigation !== undefined) return behind(context, from, navigation)
  const property = findName(Object.keys(from.values), name)
  if (property !== undefined) return from.values[property] ?? null
  if (anyTypeHas(name)) return null
  throw unknownName(from, name)
}

/** What a navigation property holds. Reading it is noted. */
export function behind(context: Context, from: Entity, name: string): Value {
  const navigation = typeOf(from.type).navigation[name]
  if (navigation === undefined) return null
  context.reach(`GET ${navigation.set}`)
  const held = list(from, name)
  return navigation.many ? held : (held[0] ?? null)
}

export function navigationNamed(entity: Entity, name: string): string | undefined {
  return findName(Object.keys(typeOf(entity.type).navigation), name)
}

export function typeNamed(name: string): string | undefined {
  return /^EM\./i.test(name) ? findName(Object.keys(TYPES), name.slice(3)) : undefined
}

export function isOfType(entity: Entity, type: string): boolean {
  return entity.type === type || TYPES[entity.type]?.base === type
}

/** Tells the caller all about the type, as servers do that nobody has told to keep quiet. */
export function unknownName(entity: Entity, name: string): Refusal {
  const type = typeOf(entity.type)
  const links = Object.entries(type.navigation).map(([link, { set }]) => `${link} (of ${set})`)
  const known = [...type.properties, ...links].join(', ')
  return new Refusal(
    400,
    `Could not find a property named '${name}' on type 'EM.${entity.type}'. It has: ${known}.`,
  )
}

function anyTypeHas(name: string): boolean {
  return Object.values(TYPES).some(
    ({ properties, navigation }) => findName([...properties, ...Object.keys(navigation)], name) !== undefined,
  )
}
