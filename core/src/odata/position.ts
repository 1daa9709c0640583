import type { Model, NavigationProperty, Operation, Source, StructuredType } from './model.ts'

/**
 * Where in the service something stands: what type it has, and which sets or singletons it can come from. Contained
 * entities and values of complex types stay with the set that they were reached from.
 */
export type Position = {
  readonly type: StructuredType
  readonly collection: boolean
  readonly sources: readonly Source[]
  /** Steps from the source, casts left out: what the paths of NavigationPropertyBindings are compared with. */
  readonly steps: readonly string[]
}

export type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** The type of something whose type nobody has published. */
export const UNDESCRIBED: StructuredType = {
  kind: 'entity',
  name: 'Stagedoor.Undescribed',
  base: undefined,
  derived: [],
  abstract: false,
  open: true,
  hasStream: true,
  key: [],
  alternateKeys: [],
  properties: new Map(),
  navigation: new Map(),
  undescribed: true,
}

/** The whole of a set, or the one entity of a singleton. */
export function atSource(source: Source): Position {
  return { type: source.type, collection: source.kind === 'set', sources: [source], steps: [] }
}

/** One entity of a collection. */
export function oneOf(position: Position): Position {
  return { ...position, collection: false }
}

/** The same entities, seen as of another type. */
export function castTo(position: Position, type: StructuredType): Position {
  return { ...position, type }
}

/** A value of a complex type: it stays with its set. */
export function insideProperty(
  position: Position,
  property: string,
  value: { readonly type: StructuredType; readonly collection: boolean },
): Position {
  return { ...position, ...value, steps: [...position.steps, property] }
}

/**
 * Behind a navigation property: the contained ones stay with their set; others are where the bindings say; without a
 * binding, every source whose type is in the hierarchy of the property's type, since any of them may hold the entity.
 * `sources` is empty where the model has none: then nobody can say what is reached.
 */
export function navigate(model: Model, from: Position, navigation: NavigationProperty): Position {
  const type = model.types.get(navigation.type) ?? UNDESCRIBED
  const { collection } = navigation
  const steps = [...from.steps, navigation.name]
  if (navigation.containsTarget) return { type, collection, sources: from.sources, steps }
  const bound = from.sources.map((source) => boundTargets(model, source, { steps, type: from.type }))
  // A source without a binding for it says nothing, so that every set of the type may be meant.
  const known = bound.length > 0 && bound.every((targets) => targets.length > 0)
  const sources = known ? [...new Set(bound.flat())] : sourcesOfType(model, type)
  return { type, collection, sources, steps: known ? commonSteps(model, from.sources, steps) : [] }
}

/** Every set and singleton that may hold an entity of this type. */
export function sourcesOfType(model: Model, type: StructuredType): readonly Source[] {
  return [...model.sources.values()].filter(
    (source) =>
      source.type === type || source.type.derived.includes(type) || type.derived.includes(source.type),
  )
}

/** The endpoints of this verb at this position, by key: `GET Events`. */
export function endpointKeys(position: Position, verb: Verb): readonly string[] {
  return position.sources.map((source) => `${verb} ${source.name}`)
}

/** The endpoints of a bound operation at this position: `POST Events/EM.Cancel`. */
export function boundOperationKeys(position: Position, operation: Operation): readonly string[] {
  const method = operation.kind === 'function' ? 'GET' : 'POST'
  return position.sources.map((source) => `${method} ${source.name}/${operation.name}`)
}

/** None where the bindings do not speak for everything that may be of the type. */
function boundTargets(
  model: Model,
  source: Source,
  { steps, type }: { readonly steps: readonly string[]; readonly type: StructuredType },
): readonly Source[] {
  const wanted = steps.join('/')
  const targets: Source[] = []
  let covered = false
  for (const [path, target] of source.bindings) {
    if (withoutCasts(path) !== wanted) continue
    const found = model.sources.get(targetSource(target))
    const speaksFor = path.includes('.') ? coverage(model, path, type) : 'all'
    if (!found || speaksFor === 'none') continue
    targets.push(found)
    covered ||= speaksFor === 'all'
  }
  return covered ? targets : []
}

/**
 * For which of the entities of a type a binding with casts in its path speaks: `EM.Gala/Sponsor` for all galas, for none of
 * another type whose property has the same name, and for some of all events where these have it too.
 */
function coverage(model: Model, path: string, type: StructuredType): 'all' | 'some' | 'none' {
  const parts = path.split('/')
  let all = true
  for (const [index, part] of parts.entries()) {
    if (!part.includes('.')) continue
    const cast = model.types.get(part)
    const isLast = index === parts.length - 2
    if (cast && isLast && !isOf(type, cast) && !isOf(cast, type)) return 'none'
    const sure = cast && (isLast ? isOf(type, cast) : isOnlyOf(cast, parts[index + 1] ?? ''))
    if (!sure) all = false
  }
  return all ? 'all' : 'some'
}

function isOf(type: StructuredType, wanted: StructuredType): boolean {
  return type === wanted || wanted.derived.includes(type)
}

/** Whether whoever goes this step has to be of the type: no other of its hierarchy has it. */
function isOnlyOf(type: StructuredType, step: string): boolean {
  let root = type
  while (root.base) root = root.base
  return [root, ...root.derived].every(
    (each) => isOf(each, type) || !(each.navigation.has(step) || each.properties.has(step)),
  )
}

/** `Container/Accounts`, `NS.Container/Accounts`, `Accounts`, `Venues/Rooms` (contained in Venues). */
function targetSource(target: string): string {
  const [first = '', second] = target.split('/')
  return first.includes('.') && second !== undefined ? second : first
}

/** Steps below the target's source: none, but for bindings into what another set contains. */
function commonSteps(model: Model, sources: readonly Source[], steps: readonly string[]): readonly string[] {
  const wanted = steps.join('/')
  for (const source of sources) {
    for (const [path, target] of source.bindings) {
      if (withoutCasts(path) !== wanted) continue
      const parts = target.split('/').filter((part) => !part.includes('.'))
      if (model.sources.has(parts[0] ?? '')) return parts.slice(1)
    }
  }
  return []
}

function withoutCasts(path: string): string {
  return path
    .split('/')
    .filter((step) => !step.includes('.'))
    .join('/')
}
