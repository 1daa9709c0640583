import type { Model, Operation, StructuredType } from '#odata/model.ts'

/** Everything that a name of the model can mean, over all types together. */
export type Meaning = {
  readonly name: string
  /** A set or a singleton has this name. */
  readonly isSource: boolean
  /** Sets and singletons that it may lead to: by a binding, or because they may hold entities of the type. */
  readonly sources: ReadonlySet<string>
  /** Where the results of operations may come from. */
  readonly results: ReadonlySet<string>
  /** As touches name them behind the method or behind the source: `EM.Cancel`, `TopAccounts`. */
  readonly operations: ReadonlySet<string>
  /** A navigation property that stays with whatever it hangs from. */
  readonly stays: boolean
  /** A structural property has the same name, so that the name alone says nothing of what is reached. */
  readonly isProperty: boolean
}

/** The names of a model that reach something, ready for look-ups. */
export type NameIndex = {
  readonly exact: ReadonlyMap<string, Meaning>
  /** The same names in lower case: servers are known that do not look at case. */
  readonly folded: ReadonlySet<string>
  /** 1 for each shape that one of the names has. */
  readonly shapes: Uint8Array
  readonly types: ReadonlySet<string>
  /** Sources that may come along without being named. */
  readonly unasked: ReadonlySet<string>
}

type Entry = {
  readonly name: string
  isSource: boolean
  stays: boolean
  readonly sources: Set<string>
  readonly results: Set<string>
  readonly operations: Set<string>
}

const indexes = new WeakMap<Model, NameIndex>()

export function indexOf(model: Model): NameIndex {
  const before = indexes.get(model)
  if (before) return before
  const index = createIndex(model)
  indexes.set(model, index)
  return index
}

function createIndex(model: Model): NameIndex {
  const entries = new Map<string, Entry>()
  const entry = (name: string): Entry => {
    const before = entries.get(name)
    if (before) return before
    const fresh = {
      name,
      isSource: false,
      stays: false,
      sources: new Set<string>(),
      results: new Set<string>(),
      operations: new Set<string>(),
    }
    entries.set(name, fresh)
    return fresh
  }
  for (const source of model.sources.keys()) {
    entry(source).isSource = true
    entry(source).sources.add(source)
  }
  const unasked = addNavigation(model, entry)
  addOperations(model, entry)
  const types = [...model.types.values()]
  const properties = new Set(types.flatMap((type) => [...type.properties.keys()]))
  const exact = new Map<string, Meaning>()
  for (const [name, found] of entries) exact.set(name, { ...found, isProperty: properties.has(name) })
  return {
    exact,
    folded: new Set([...entries.keys()].map((name) => name.toLowerCase())),
    shapes: shapesOf(entries.keys()),
    types: new Set(types.map((type) => type.name)),
    unasked,
  }
}

/** A word's first letter, whatever its case, and its length: whatever has another shape is none of the names. */
export function shapeOf(letter: number, length: number): number {
  return (letter & 31) * 64 + (length > 63 ? 63 : length)
}

function shapesOf(names: Iterable<string>): Uint8Array {
  const shapes = new Uint8Array(32 * 64)
  for (const name of names) {
    // A name that does not begin with a letter of ASCII is looked up in any case.
    const letter = name.charCodeAt(0)
    for (let other = 0; other < 32; other += 1) {
      if (letter > 0x7f || other === (letter & 31)) shapes[shapeOf(other, name.length)] = 1
    }
  }
  return shapes
}

type EntryOf = (name: string) => Entry

function addNavigation(model: Model, entry: EntryOf): ReadonlySet<string> {
  const unasked = new Set<string>()
  const byType = new Map<string, readonly string[]>()
  for (const type of model.types.values()) {
    for (const navigation of type.navigation.values()) {
      const holders = byType.get(navigation.type) ?? holdersOf(model, navigation.type)
      byType.set(navigation.type, holders)
      const found = entry(navigation.name)
      if (navigation.containsTarget) found.stays = true
      for (const source of holders) {
        found.sources.add(source)
        if (navigation.autoExpand) unasked.add(source)
      }
    }
  }
  for (const source of model.sources.values()) {
    for (const [path, target] of source.bindings) {
      const steps = path.split('/').filter((step) => !step.includes('.'))
      const name = target.split('/').find((part) => model.sources.has(part))
      if (name !== undefined) entry(steps.at(-1) ?? '').sources.add(name)
    }
  }
  return unasked
}

/** Sets and singletons that may hold entities of a type. */
function holdersOf(model: Model, typeName: string): readonly string[] {
  const type = model.types.get(typeName)
  if (!type) return []
  const family = new Set<StructuredType>([type, ...type.derived])
  for (let base = type.base; base; base = base.base) family.add(base)
  return [...model.sources.values()].filter((source) => family.has(source.type)).map((source) => source.name)
}

function addOperations(model: Model, entry: EntryOf): void {
  for (const [name, overloads] of model.operations) {
    const found = entry(lastPart(name))
    found.operations.add(name)
    for (const overload of overloads) addResults(model, found, overload)
  }
  for (const called of model.imports.values()) {
    const overloads = model.operations.get(called.operation) ?? []
    for (const found of [entry(called.name), entry(lastPart(called.operation))]) {
      found.operations.add(called.name)
      if (called.entitySet !== undefined) found.results.add(called.entitySet)
      for (const overload of overloads) addResults(model, found, overload)
    }
  }
}

function addResults(model: Model, { results }: Entry, { returns, selfContained }: Operation): void {
  if (returns && !selfContained) for (const source of holdersOf(model, returns.name)) results.add(source)
}

/** `Cancel` of `EM.Cancel`. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
