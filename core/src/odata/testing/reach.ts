import { FUNCTIONS, type Kind, SOURCES, TYPES, type WorldFunction, type WorldNavigation } from './world.ts'

/** Where a generated path stands. Said by the tables of the small service, not by the code that is tested. */
export type At = {
  readonly type: string
  readonly collection: boolean
  readonly sets: readonly string[]
  readonly steps: readonly string[]
}

export function atSource(name: string): At {
  const source = SOURCES[name]
  if (!source) throw new Error(`No source ${name}`)
  return { type: source.type, collection: source.kind === 'set', sets: [name], steps: [] }
}

/** What a type has, its base types' members included. */
export function membersOf(type: string): {
  readonly key: readonly (readonly [string, 'number' | 'text'])[]
  readonly primitives: readonly (readonly [string, Kind])[]
  readonly texts: readonly string[]
  readonly complex: readonly (readonly [string, { readonly type: string; readonly collection: boolean }])[]
  readonly navigation: readonly (readonly [string, WorldNavigation])[]
} {
  const known = MEMBERS.get(type)
  if (known) return known
  const own = TYPES[type]
  if (!own) throw new Error(`No type ${type}`)
  const base = own.base ? membersOf(own.base) : undefined
  const members = {
    key: [...(base?.key ?? []), ...Object.entries(own.key ?? {})],
    primitives: [...(base?.primitives ?? []), ...Object.entries(own.primitives)],
    texts: [...(base?.texts ?? []), ...(own.texts ?? [])],
    complex: [...(base?.complex ?? []), ...Object.entries(own.complex ?? {})],
    navigation: [...(base?.navigation ?? []), ...Object.entries(own.navigation)],
  }
  MEMBERS.set(type, members)
  return members
}

const MEMBERS = new Map<string, ReturnType<typeof membersOf>>()

export function derivedOf(type: string): readonly string[] {
  return Object.keys(TYPES).filter((name) => TYPES[name]?.base === type)
}

export function isA(type: string, wanted: string): boolean {
  return type === wanted || TYPES[type]?.base === wanted
}

/** Behind a navigation property. */
export function lead(from: At, name: string, to: WorldNavigation): At {
  const steps = [...from.steps, name]
  const { type, collection } = to
  if (to.contained) return { type, collection, sets: from.sets, steps }
  const sets = from.sets.flatMap((set) => {
    const targets = SOURCES[set]?.leads[steps.join('/')]
    if (!targets) throw new Error(`The tables do not say where ${set}/${steps.join('/')} leads`)
    return targets
  })
  return { type, collection, sets: [...new Set(sets)], steps: [] }
}

/** A value of a complex type. */
export function inside(
  from: At,
  name: string,
  of: { readonly type: string; readonly collection: boolean },
): At {
  return { ...from, type: of.type, collection: of.collection, steps: [...from.steps, name] }
}

/** Functions and actions that can be called here. */
export function boundTo(at: At): readonly (readonly [string, WorldFunction])[] {
  return Object.entries(FUNCTIONS).filter(
    ([, each]) => each.on && each.on.collection === at.collection && isA(at.type, each.on.type),
  )
}

/** What calling an operation here touches, and where its result is: undefined for primitive values and nothing. */
export function callAt(
  at: At | undefined,
  name: string,
  operation: WorldFunction,
): { readonly touches: readonly string[]; readonly result: At | undefined } {
  const method = operation.action ? 'POST' : 'GET'
  const own = at ? at.sets.map((set) => `${method} ${set}/EM.${name}`) : [`${method} ${name}`]
  const returns = operation.returns
  if (!returns || !(returns.type in TYPES)) return { touches: own, result: undefined }
  const result = resultOf(at, operation, returns)
  return { touches: [...own, ...result.sets.map((set) => `GET ${set}`)], result }
}

function resultOf(
  at: At | undefined,
  operation: WorldFunction,
  returns: { type: string; collection: boolean },
): At {
  if (operation.sets) return { ...returns, sets: operation.sets, steps: [] }
  if (!at) throw new Error('An operation that is not bound says its sets')
  if (operation.from === 'same') return { ...at, ...returns }
  const navigation = membersOf(at.type).navigation.find(([name]) => name === operation.from)
  if (!navigation) throw new Error(`No path ${operation.from}`)
  return { ...lead(at, ...navigation), ...returns }
}
