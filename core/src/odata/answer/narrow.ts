import type { Model, StructuredType } from '#odata/model.ts'
import type { DescribedPlace } from './answer-place.ts'

/**
 * The place as of the type of an `@odata.type`; undefined where the type is not in the hierarchy of the place's. What
 * nobody has described may be of any type.
 */
export function narrowTo(place: DescribedPlace, typeName: string): DescribedPlace | undefined {
  const { position, restriction } = place
  const known = place.narrowed.get(typeName)
  if (known) return known
  const type = findType(restriction.model, typeName)
  if (position.type.undescribed) return place
  if (!type || (type !== position.type && !position.type.derived.includes(type))) return undefined
  const narrowed =
    type === position.type ? place : { ...place, position: { ...position, type }, members: new Map() }
  place.narrowed.set(typeName, narrowed)
  return narrowed
}

/** A type by its qualified name, also with an alias for the namespace. */
export function findType(model: Model, name: string): StructuredType | undefined {
  const found = model.types.get(name)
  if (found) return found
  const dot = name.lastIndexOf('.')
  const namespace = model.aliases.get(name.slice(0, dot))
  return namespace === undefined ? undefined : model.types.get(`${namespace}${name.slice(dot)}`)
}
