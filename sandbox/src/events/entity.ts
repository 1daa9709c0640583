/** What an expression, a property or a link comes to. Complex values are entities without a key. */
export type Value = string | number | boolean | null | Entity | readonly Value[]

/** A row with its links. It is changed in place: this service has no transactions. */
export type Entity = {
  /** The set that it stands in; contained entities and complex values name the set that they hang from. */
  readonly set: string
  readonly type: string
  readonly values: Record<string, Value>
  readonly links: Record<string, Entity | Entity[] | null>
}

export function isEntity(value: Value | undefined): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asList(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : value === null ? [] : [value]
}

export function entitiesOf(value: Value): readonly Entity[] {
  return asList(value).filter(isEntity)
}

export function newEntity(set: string, type: string, values: Record<string, Value> = {}): Entity {
  return { set, type, values, links: {} }
}
