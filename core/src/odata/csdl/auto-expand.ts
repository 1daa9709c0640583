import { TERMS } from './annotations.ts'
import { CsdlError } from './csdl-document.ts'
import type { Container } from './read-container.ts'
import type { DraftNavigation, DraftType, ReadContext } from './read-types.ts'

/**
 * Marks navigation properties that come along unasked, where that is said elsewhere than in themselves: `EM.Event/Account`
 * or `EM.Container/Events/Account`. What is said of one set is taken for all of its type's: too many touches are safe.
 * Throws CsdlError where a target is not there, since then nobody knows what comes along.
 */
export function markAutoExpanded(
  { annotations, names }: ReadContext,
  types: ReadonlyMap<string, DraftType>,
  container: Container,
): void {
  const targets = [TERMS.autoExpand, TERMS.autoExpandReferences].flatMap(annotations.targetsOf)
  for (const { target, path } of targets) {
    const [first = '', ...steps] = target.split('/')
    const source = first === container.name ? container.sources.get(steps.shift() ?? '') : undefined
    const start = source ? types.get(source.type.name) : types.get(first)
    // A whole type or a stream may carry it too: that brings no other entity.
    if (start && steps.length === 0) continue
    const namespace = first.slice(0, first.lastIndexOf('.'))
    if (!start && !names.namespaces.has(namespace)) continue
    const found = start && walk(types, start, steps)
    if (found === undefined) throw new CsdlError(path, `there is no navigation property "${target}"`)
    if (found !== 'property') found.autoExpand = true
  }
}

function walk(
  types: ReadonlyMap<string, DraftType>,
  start: DraftType,
  steps: readonly string[],
): DraftNavigation | 'property' | undefined {
  let type: DraftType | undefined = start
  let last: DraftNavigation | 'property' | undefined
  for (const step of steps) {
    if (step.includes('.')) {
      type = types.get(step)
      continue
    }
    const navigation: DraftNavigation | undefined = type?.navigation.get(step)
    const property = type?.properties.get(step)
    if (!navigation && !property) return undefined
    last = navigation ?? 'property'
    type = types.get(navigation?.type ?? property?.type.name ?? '')
  }
  return last
}
