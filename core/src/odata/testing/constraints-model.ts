import type {
  Model,
  NavigationProperty,
  Operation,
  OperationImport,
  Source,
  StructuralProperty,
  StructuredType,
  TypeRef,
} from '#odata/model.ts'
import type { Constraints } from './shared-data.ts'

const NAMESPACE = 'Model'
const BASE = `${NAMESPACE}.Anything`
const DOUBLE_KEY = `${NAMESPACE}.OrderItem`
const COMPLEX = `${NAMESPACE}.Address`

type Members = Pick<StructuredType, 'properties' | 'navigation'>
type MutableType = { -readonly [K in keyof StructuredType]: StructuredType[K] }

/**
 * A model in which every name of the constraints of an OASIS test suite means what the suite says it means, everywhere:
 * each type has each property, each operation is bound to everything, all namespaces are one. So a case is refused for
 * what it is, not for what the model lacks.
 */
export function modelOfConstraints(names: Constraints): Model {
  const members = membersOf(names)
  const types = typesOf(names, members)
  const operations = operationsOf(names, types)
  return {
    version: '4.01',
    container: `${NAMESPACE}.Container`,
    namespaces: new Set([NAMESPACE]),
    defaultNamespaces: new Set([NAMESPACE]),
    aliases: new Map(list(names, 'namespacePart').map((alias) => [alias, NAMESPACE])),
    types,
    enumerations: new Map(
      list(names, 'enumerationTypeName').map((name) => [
        `${NAMESPACE}.${name}`,
        new Set(list(names, 'enumerationMember')),
      ]),
    ),
    definitions: new Map(),
    sources: sourcesOf(names, types),
    imports: importsOf(names),
    operations,
  }
}

/** Names that the suites use without declaring them: where a suite declares none, each name is one. */
const UNDECLARED: Constraints = {
  primitiveFunctionImport: ['TheMostPopularName'],
  parameterName:
    `Number Article Ancestor Count Property HierarchyNodes HierarchyQualifier Node Descendant Other
    MaxDistance`.split(/\s+/),
}

/** Functions that answer yes or no; so that what calls them is a condition. */
const CONDITIONS = new Set('PhoneticallySimilar isroot isleaf isancestor issibling isdescendant'.split(' '))

function list(names: Constraints, rule: string): readonly string[] {
  return names[rule] ?? UNDECLARED[rule] ?? []
}

function membersOf(names: Constraints): Members {
  const properties: [string, TypeRef][] = [
    ...list(names, 'primitiveKeyProperty').map((name) => property(name, 'Edm.String', false)),
    ...list(names, 'primitiveNonKeyProperty').map((name) => property(name, primitiveType(name), false)),
    ...list(names, 'primitiveColProperty').map((name) => property(name, 'Edm.String', true)),
    ...list(names, 'streamProperty').map((name) => property(name, 'Edm.Stream', false)),
    ...list(names, 'complexProperty').map((name) => property(name, COMPLEX, false)),
    ...list(names, 'complexColProperty').map((name) => property(name, COMPLEX, true)),
  ]
  const navigation: [string, NavigationProperty][] = [
    ...list(names, 'entityNavigationProperty').map((name) => navigationProperty(name, false)),
    ...list(names, 'entityColNavigationProperty').map((name) => navigationProperty(name, true)),
  ]
  return {
    properties: new Map(
      properties.map(([name, type]): [string, StructuralProperty] => [name, { name, type }]),
    ),
    navigation: new Map(navigation),
  }
}

function property(name: string, type: string, collection: boolean): [string, TypeRef] {
  return [name, { name: type, collection }]
}

function primitiveType(name: string): string {
  if (['style', 'eyeColor'].includes(name)) return `${NAMESPACE}.Pattern`
  if (['Completed', 'Shipped'].includes(name)) return 'Edm.Boolean'
  return 'Edm.String'
}

function navigationProperty(name: string, collection: boolean): [string, NavigationProperty] {
  return [name, { name, type: BASE, collection, containsTarget: false, autoExpand: false }]
}

function typesOf(names: Constraints, members: Members): ReadonlyMap<string, StructuredType> {
  const entity = structured('entity', BASE, ['ID'], members)
  const double = structured('entity', DOUBLE_KEY, ['OrderID', 'ItemID'], members)
  const complex = structured('complex', COMPLEX, [], members)
  const derived = list(names, 'entityTypeName').map((name) => derive(entity, `${NAMESPACE}.${name}`))
  const derivedComplex = list(names, 'complexTypeName')
    .filter((name) => `${NAMESPACE}.${name}` !== COMPLEX)
    .map((name) => derive(complex, `${NAMESPACE}.${name}`))
  entity.derived = derived
  complex.derived = derivedComplex
  return new Map([entity, double, complex, ...derived, ...derivedComplex].map((type) => [type.name, type]))
}

function structured(
  kind: StructuredType['kind'],
  name: string,
  key: readonly string[],
  members: Members,
): MutableType {
  return {
    kind,
    name,
    base: undefined,
    derived: [],
    abstract: false,
    open: false,
    hasStream: kind === 'entity',
    key,
    alternateKeys: kind === 'entity' ? [['ID', 'Size'], ['KeyAlias'], ['Code']] : [],
    undescribed: false,
    ...members,
  }
}

function derive(base: StructuredType, name: string): StructuredType {
  return { ...base, name, base, derived: [] }
}

function sourcesOf(
  names: Constraints,
  types: ReadonlyMap<string, StructuredType>,
): ReadonlyMap<string, Source> {
  const source = (kind: Source['kind'], name: string): [string, Source] => {
    const type = types.get(name === 'OrderItems' ? DOUBLE_KEY : BASE)
    if (!type) throw new Error('The model lacks its base type')
    const bindings = new Map([...type.navigation.keys()].map((each): [string, string] => [each, 'Products']))
    return [
      name,
      {
        kind,
        name,
        type,
        bindings,
        searchOwnOnly: true,
        upsert: true,
        annotations: new Map<string, string>(),
      },
    ]
  }
  return new Map([
    ...list(names, 'entitySetName').map((name) => source('set', name)),
    ...list(names, 'singletonEntity').map((name) => source('singleton', name)),
  ])
}

type Returned = { readonly rule: string; readonly type: string; readonly collection: boolean }

const RETURNED: readonly Returned[] = [
  { rule: 'entityFunction', type: BASE, collection: false },
  { rule: 'entityColFunction', type: BASE, collection: true },
  { rule: 'complexFunction', type: COMPLEX, collection: false },
  { rule: 'complexColFunction', type: COMPLEX, collection: true },
  { rule: 'primitiveFunction', type: 'Edm.String', collection: false },
  { rule: 'primitiveColFunction', type: 'Edm.String', collection: true },
]

function operationsOf(
  names: Constraints,
  types: ReadonlyMap<string, StructuredType>,
): ReadonlyMap<string, readonly Operation[]> {
  const bindings = [...types.values()].filter((type) => type.base === undefined).map((type) => type.name)
  const bound = [...bindings, 'Edm.String', 'Edm.Stream'].flatMap((name) => [
    { name, collection: false },
    { name, collection: true },
  ])
  const operations = new Map<string, Operation[]>()
  const everywhere = [undefined, ...bound]
  const add = (
    name: string,
    kind: Operation['kind'],
    returns: TypeRef | undefined,
    on: readonly (TypeRef | undefined)[],
  ) => {
    const qualified = `${NAMESPACE}.${name}`
    const overloads = on.map((type) => overload(names, qualified, kind, returns, type))
    operations.set(qualified, [...(operations.get(qualified) ?? []), ...overloads])
  }
  for (const { rule, type, collection } of RETURNED) {
    for (const name of list(names, rule)) {
      add(name, 'function', { name: CONDITIONS.has(name) ? 'Edm.Boolean' : type, collection }, everywhere)
    }
    for (const name of list(names, `${rule}Import`))
      add(name, 'function', { name: type, collection }, [undefined])
  }
  for (const name of list(names, 'action')) add(name, 'action', undefined, everywhere)
  for (const name of list(names, 'actionImport')) add(name, 'action', undefined, [undefined])
  return operations
}

function overload(
  names: Constraints,
  name: string,
  kind: Operation['kind'],
  returns: TypeRef | undefined,
  binding: TypeRef | undefined,
): Operation {
  const parameters = list(names, 'parameterName').map((each) => ({
    name: each,
    type: { name: 'Edm.String', collection: false },
    optional: true,
  }))
  const first = binding ? [{ name: 'bindingParameter', type: binding, optional: false }] : []
  return {
    kind,
    name,
    bound: binding !== undefined,
    parameters: [...first, ...parameters],
    returns,
    entitySetPath: undefined,
    composable: true,
    selfContained: false,
  }
}

function importsOf(names: Constraints): ReadonlyMap<string, OperationImport> {
  const one = (
    kind: Operation['kind'],
    name: string,
    entitySet: string | undefined,
  ): [string, OperationImport] => [
    name,
    { kind, name, operation: `${NAMESPACE}.${name}`, entitySet, annotations: new Map() },
  ]
  const functions = RETURNED.flatMap(({ rule, type }) =>
    list(names, `${rule}Import`).map((name) => one('function', name, type === BASE ? 'Products' : undefined)),
  )
  return new Map([...functions, ...list(names, 'actionImport').map((name) => one('action', name, undefined))])
}
