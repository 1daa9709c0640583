import type { Model, StructuredType } from '#odata/model.ts'

/**
 * The qualified names that a name in a request can stand for, as the model spells them: an alias of a namespace is
 * replaced, a name without one is looked for in the default namespaces (Core.DefaultNamespace).
 */
export function qualifiedNames(model: Model, name: string): readonly string[] {
  const dot = name.lastIndexOf('.')
  if (dot < 0) {
    const namespaces = [...model.defaultNamespaces].map((namespace) => realNamespace(model, namespace))
    return [...new Set(namespaces)].map((namespace) => `${namespace}.${name}`)
  }
  return [`${realNamespace(model, name.slice(0, dot))}.${name.slice(dot + 1)}`]
}

function realNamespace(model: Model, namespace: string): string {
  return model.aliases.get(namespace) ?? namespace
}

/** The entity or complex type of this name, qualified or not. */
export function findType(model: Model, name: string): StructuredType | undefined {
  for (const qualified of qualifiedNames(model, name)) {
    const type = model.types.get(qualified)
    if (type) return type
  }
  return undefined
}

/** Whether one of both types is the other or derives from it: only then a cast can hold (Core.MayImplement does not count). */
export function areRelated(one: StructuredType, other: StructuredType): boolean {
  return one === other || one.derived.includes(other) || other.derived.includes(one)
}

/** The name of an enumeration, type definition, structured or primitive type as the model spells it. */
export function typeName(model: Model, name: string): string | undefined {
  if (PRIMITIVE_TYPES.has(name)) return name
  return qualifiedNames(model, name).find(
    (qualified) =>
      model.types.has(qualified) || model.enumerations.has(qualified) || model.definitions.has(qualified),
  )
}

const SPATIAL = [
  '',
  'Collection',
  'LineString',
  'MultiLineString',
  'MultiPoint',
  'MultiPolygon',
  'Point',
  'Polygon',
]

const SCALARS =
  'Binary Boolean Byte Date DateTimeOffset Decimal Double Duration Guid Int16 Int32 Int64 SByte Single Stream String TimeOfDay'

const PRIMITIVE_TYPES: ReadonlySet<string> = new Set(
  [...SCALARS.split(' '), ...SPATIAL.flatMap((shape) => [`Geography${shape}`, `Geometry${shape}`])].map(
    (name) => `Edm.${name}`,
  ),
)
