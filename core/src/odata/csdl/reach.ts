import type { Model, Operation, Source, StructuredType } from '#odata/model.ts'

/** What can stand at or below a source without leaving it. */
export type Reach = {
  /** Qualified names of all types: of entities, of complex, enumerated and primitive values, and base types of them. */
  readonly types: ReadonlySet<string>
  /** Structured types that can stand there themselves: base types are only among them where values may have them. */
  readonly values: ReadonlySet<StructuredType>
  /** Those of `values` that more than one way leads to. */
  readonly manyWays: ReadonlySet<StructuredType>
}

/** Works out reaches, each type's once. */
export type Reaches = {
  readonly of: (type: StructuredType) => Reach
  /** The operations bound to something in a source's reach, overloads taken together, in the document's order. */
  readonly operations: (source: Source) => readonly BoundOperation[]
}

/** All overloads of one name and kind. `EM.Browse` may be an action and a function. */
export type BoundOperation = { readonly name: string; readonly method: 'GET' | 'POST' }

/**
 * What stays with a source: its type's whole hierarchy, the complex types of its properties, contained entities, and so
 * on from each of them. This is what positions do (`position.ts`), taken for all requests at once.
 */
export function createReaches(model: Model): Reaches {
  const known = new Map<StructuredType, Reach>()
  const bound = new Map<StructuredType, readonly BoundOperation[]>()
  const byBinding = operationsByBinding(model)
  const of = (type: StructuredType): Reach => {
    const before = known.get(type)
    if (before) return before
    const reach = readReach(model, type)
    known.set(type, reach)
    return reach
  }
  return {
    of,
    operations: ({ type }) => {
      const before = bound.get(type)
      if (before) return before
      const found = new Set<number>()
      for (const name of of(type).types)
        for (const place of byBinding.places.get(name) ?? []) found.add(place)
      const ordered = [...found].toSorted((one, other) => one - other)
      const operations = ordered.flatMap((place) => byBinding.operations[place] ?? [])
      bound.set(type, operations)
      return operations
    },
  }
}

/** The type that an overload is bound to; undefined where it is not bound. */
export function bindingType(operation: Operation): string | undefined {
  return operation.bound ? operation.parameters[0]?.type.name : undefined
}

/** The bound operations in the document's order, and by binding type where in that list they stand. */
function operationsByBinding(model: Model): {
  readonly operations: readonly BoundOperation[]
  readonly places: ReadonlyMap<string, ReadonlySet<number>>
} {
  const operations: BoundOperation[] = []
  const places = new Map<string, Set<number>>()
  for (const [name, overloads] of model.operations) {
    for (const method of ['GET', 'POST'] as const) {
      const types = overloads.filter((each) => methodOf(each) === method).map(bindingType)
      const known = types.filter((type) => type !== undefined)
      if (known.length === 0) continue
      const place = operations.push({ name, method }) - 1
      for (const type of known) {
        const before = places.get(type)
        if (before) before.add(place)
        else places.set(type, new Set([place]))
      }
    }
  }
  return { operations, places }
}

/** Functions are asked for, actions are posted. */
export function methodOf({ kind }: Pick<Operation, 'kind'>): 'GET' | 'POST' {
  return kind === 'function' ? 'GET' : 'POST'
}

/** A type that is still to be walked; `whole` with what it inherits, which otherwise its base type's walk has seen. */
type Pending = { readonly type: StructuredType; readonly whole: boolean }

function readReach(model: Model, start: StructuredType): Reach {
  const types = new Set<string>()
  const values = new Set<StructuredType>()
  const manyWays = new Set<StructuredType>()
  const pending: Pending[] = []
  const enter = (entered: StructuredType, many: boolean): void => {
    for (const type of [entered, ...entered.derived]) {
      if (manyWays.has(type)) continue
      // A type is walked once, and once more when it turns out that several ways lead to it.
      if (many || values.has(type)) manyWays.add(type)
      values.add(type)
      pending.push({ type, whole: type === entered })
    }
  }
  enter(start, false)
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { type } = next
    const many = manyWays.has(type)
    addNames(types, type)
    for (const name of steppedInto(next)) {
      types.add(name)
      const target = model.types.get(name)
      if (target) enter(target, many)
    }
  }
  return { types, values, manyWays }
}

/** Types of the members that stay with the source. */
function* steppedInto({ type, whole }: Pending): Generator<string, void> {
  const { base } = type
  for (const property of type.properties.values()) {
    if (whole || base?.properties.get(property.name) !== property) yield property.type.name
  }
  for (const navigation of type.navigation.values()) {
    if (!navigation.containsTarget) continue
    if (whole || base?.navigation.get(navigation.name) !== navigation) yield navigation.type
  }
}

function addNames(types: Set<string>, type: StructuredType): void {
  types.add(type.kind === 'entity' ? 'Edm.EntityType' : 'Edm.ComplexType')
  for (let each: StructuredType | undefined = type; each; each = each.base) types.add(each.name)
}
