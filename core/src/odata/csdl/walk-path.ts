import type { Model, NavigationProperty, StructuredType } from '#odata/model.ts'

/** What a path through a model goes by. */
export type Walked = {
  readonly navigation: readonly NavigationProperty[]
  /** Qualified names of the types that it casts to. */
  readonly casts: readonly string[]
}

/**
 * Follows properties, navigation properties and casts (qualified names). Undefined where a step leads nowhere. Members of
 * derived types are found without a cast too: published documents leave it out.
 */
export function walkPath(
  model: Model,
  start: StructuredType | undefined,
  steps: readonly string[],
): Walked | undefined {
  const navigation: NavigationProperty[] = []
  const casts: string[] = []
  let type = start
  for (const step of steps) {
    if (step.includes('.')) {
      casts.push(step)
      type = model.types.get(step)
      if (!type) return undefined
      continue
    }
    const holder = type && holderOf(type, step)
    const followed = holder?.navigation.get(step)
    const property = holder?.properties.get(step)
    if (followed) navigation.push(followed)
    else if (!property) return undefined
    type = model.types.get(followed?.type ?? property?.type.name ?? '')
  }
  return { navigation, casts }
}

function holderOf(type: StructuredType, member: string): StructuredType | undefined {
  return [type, ...type.derived].find((each) => each.navigation.has(member) || each.properties.has(member))
}
