import type { Model, NavigationProperty, Operation, Source, StructuredType } from '#odata/model.ts'
import { importKey, verbsOf } from './endpoints.ts'
import { bindingType, createReaches, methodOf, type Reaches } from './reach.ts'
import { visibleNavigation } from './visible-navigation.ts'

/** What may be touched: everything, or the endpoints of these keys (`GET Events`). */
export type Granted = 'all' | ReadonlySet<string>

/** What of a service somebody may know of, by what that one may touch. */
export type Visible = {
  readonly sources: ReadonlySet<string>
  readonly imports: ReadonlySet<string>
  readonly operations: ReadonlySet<Operation>
  readonly navigation: ReadonlySet<NavigationProperty>
  /** Qualified names of structured types, enumerations and type definitions that something visible needs. */
  readonly types: ReadonlySet<string>
}

/** Works out what is visible. A source is where one of its endpoints is granted, a bound operation's included. */
export function visibleBy(model: Model, granted: ReadonlySet<string>): Visible {
  const reaches = createReaches(model)
  const sources = [...model.sources.values()].filter((source) => isVisible(source, reaches, granted))
  const imports = [...model.imports.values()].filter((each) => granted.has(importKey(each)))
  const operations = new Set<Operation>()
  for (const overload of [...model.operations.values()].flat()) {
    const type = bindingType(overload)
    const reached =
      type === undefined
        ? imports.some(({ kind, operation }) => kind === overload.kind && operation === overload.name)
        : sources.some(
            (source) =>
              granted.has(`${methodOf(overload)} ${source.name}/${overload.name}`) &&
              reaches.of(source.type).types.has(type),
          )
    if (reached) operations.add(overload)
  }
  const navigation = visibleNavigation(model, { reaches, sources })
  return {
    sources: new Set(sources.map(({ name }) => name)),
    imports: new Set(imports.map(({ name }) => name)),
    operations,
    navigation,
    types: neededTypes(model, { sources, operations, navigation }),
  }
}

function isVisible(source: Source, reaches: Reaches, granted: ReadonlySet<string>): boolean {
  return (
    verbsOf(source).some((verb) => granted.has(`${verb} ${source.name}`)) ||
    reaches.operations(source).some(({ name, method }) => granted.has(`${method} ${source.name}/${name}`))
  )
}

type Needing = Pick<Visible, 'operations' | 'navigation'> & { readonly sources: readonly Source[] }

/**
 * Types that values may have, and the types of their members; of base types only the type itself, so that its other
 * derived types do not come along.
 */
function neededTypes(model: Model, { sources, operations, navigation }: Needing): ReadonlySet<string> {
  const names = new Set<string>()
  const walked = new Set<StructuredType>()
  const pending: StructuredType[] = []
  const need = (name: string): void => {
    names.add(name)
    const type = model.types.get(name)
    if (type && !walked.has(type)) pending.push(type)
  }
  for (const { type } of sources) need(type.name)
  for (const { parameters, returns } of operations) {
    for (const { type } of parameters) need(type.name)
    if (returns) need(returns.name)
  }
  for (let type = pending.pop(); type; type = pending.pop()) {
    if (walked.has(type)) continue
    walked.add(type)
    for (let each: StructuredType | undefined = type; each; each = each.base) names.add(each.name)
    for (const each of type.derived) need(each.name)
    for (const property of type.properties.values()) need(property.type.name)
    for (const each of type.navigation.values()) if (navigation.has(each)) need(each.type)
  }
  return names
}
