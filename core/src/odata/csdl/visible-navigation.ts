import type { Model, NavigationProperty, Source } from '#odata/model.ts'
import { sourcesOfType, UNDESCRIBED } from '#odata/position.ts'
import type { Reaches } from './reach.ts'
import { walkPath } from './walk-path.ts'

/** What can be seen, and what stands below it. */
type Seen = { readonly reaches: Reaches; readonly sources: readonly Source[] }

/**
 * Navigation properties that lead nowhere but to visible sources. Where one leads depends on the source that it is followed
 * from (`navigate` in position.ts); shown is only what may be followed from each visible source that has it.
 */
export function visibleNavigation(model: Model, seen: Seen): ReadonlySet<NavigationProperty> {
  const visible = new Set(seen.sources.map(({ name }) => name))
  const targets = targetsFromVisible(model, seen)
  const found = new Set<NavigationProperty>()
  const openTo = (navigation: NavigationProperty): boolean => {
    if (navigation.containsTarget) return true
    const reached = targets.get(navigation) ?? ofType(model, navigation)
    return reached.size > 0 && [...reached].every((name) => visible.has(name))
  }
  for (const type of model.types.values()) {
    for (const navigation of type.navigation.values()) {
      if (type.base?.navigation.get(navigation.name) !== navigation && openTo(navigation))
        found.add(navigation)
    }
  }
  return found
}

function targetsFromVisible(
  model: Model,
  { reaches, sources }: Seen,
): ReadonlyMap<NavigationProperty, ReadonlySet<string>> {
  const targets = new Map<NavigationProperty, Set<string>>()
  for (const source of sources) {
    const bound = boundTargets(model, source)
    const { values, manyWays } = reaches.of(source.type)
    for (const type of values) {
      for (const navigation of type.navigation.values()) {
        if (navigation.containsTarget) continue
        const all = targets.get(navigation) ?? new Set<string>()
        targets.set(navigation, all)
        const own = bound.get(navigation)
        for (const name of own ?? []) all.add(name)
        // A binding is of one way. On the others any source of the type may be meant.
        if (!own || manyWays.has(type)) for (const name of ofType(model, navigation)) all.add(name)
      }
    }
  }
  return targets
}

function boundTargets(model: Model, source: Source): ReadonlyMap<NavigationProperty, ReadonlySet<string>> {
  const bound = new Map<NavigationProperty, Set<string>>()
  for (const [path, target] of source.bindings) {
    const navigation = walkPath(model, source.type, path.split('/'))?.navigation.at(-1)
    if (!navigation) continue
    const names = bound.get(navigation) ?? new Set()
    bound.set(navigation, names.add(target.split('/')[0] ?? ''))
  }
  return bound
}

function ofType(model: Model, { type }: NavigationProperty): ReadonlySet<string> {
  return new Set(sourcesOfType(model, model.types.get(type) ?? UNDESCRIBED).map(({ name }) => name))
}
