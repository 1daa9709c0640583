import { resolveTarget } from './annotations.ts'
import { isObject, type Json } from './csdl-document.ts'
import { canWalk, type Filtering } from './filter-type.ts'

/** `$Annotations` of what may be known of. */
export function filterTargets(filtering: Filtering, targets: unknown): Json | undefined {
  if (!isObject(targets)) return undefined
  const kept: Record<string, unknown> = {}
  for (const [target, annotations] of Object.entries(targets)) {
    if (!isObject(annotations) || !isVisible(filtering, resolveTarget(filtering.names, target))) continue
    const own = filtering.annotations.copy(annotations)
    if (Object.keys(own).length > 0) kept[target] = own
  }
  return Object.keys(kept).length > 0 ? kept : undefined
}

function isVisible(filtering: Filtering, target: string): boolean {
  const { model, visible } = filtering
  const [first = '', ...steps] = target.split('/')
  const path = steps.join('/')
  if (first.includes('(') || model.operations.has(first)) return isVisibleOperation(filtering, first)
  if (first === model.container) {
    const [name = '', ...below] = steps
    if (name === '') return true
    if (visible.imports.has(name)) return below.length === 0
    if (!visible.sources.has(name)) return false
    return below.length === 0 || canWalk(filtering, below.join('/'), model.sources.get(name)?.type)
  }
  if (!visible.types.has(first)) return false
  const type = model.types.get(first)
  // What follows an enumeration is a member of it.
  return path === '' || (type ? canWalk(filtering, path, type) : true)
}

/** `EM.Cancel(Collection(EM.Event))/reason`: an overload of just these types, or any of that name. */
function isVisibleOperation({ model, visible }: Filtering, target: string): boolean {
  const [name = '', ...types] = target.split('(')
  const overloads = (model.operations.get(name) ?? []).filter((each) => visible.operations.has(each))
  if (overloads.length === 0) return false
  const inside = types.join('(').slice(0, -1)
  return overloads.some(({ parameters, bound }) => {
    const own = parameters.map(({ type }) => (type.collection ? `Collection(${type.name})` : type.name))
    return types.length === 0 || inside === own.join(',') || inside === (bound ? own[0] : '')
  })
}
