import {
  ENUMERATION,
  FUNCTIONS,
  type Kind,
  SOURCES,
  TYPES,
  type WorldFunction,
  type WorldType,
} from './world.ts'

type Json = Readonly<Record<string, unknown>>

const EDM: Readonly<Record<Kind, string>> = {
  number: 'Edm.Decimal',
  text: 'Edm.String',
  boolean: 'Edm.Boolean',
  instant: 'Edm.DateTimeOffset',
  kind: `EM.${ENUMERATION.name}`,
  stream: 'Edm.Stream',
}

/** What the small service publishes as its metadata (CSDL JSON 4.01). */
export function worldCsdl(): Json {
  const types = Object.entries(TYPES).map(([name, type]) => [name, typeObject(type)] as const)
  const operations = Object.entries(FUNCTIONS).map(([name, each]) => [name, [operationObject(each)]] as const)
  const members = ENUMERATION.members.map((member, value) => [member, value] as const)
  return {
    $Version: '4.01',
    $EntityContainer: 'EM.Container',
    EM: {
      $Alias: 'E',
      [ENUMERATION.name]: { $Kind: 'EnumType', ...Object.fromEntries(members) },
      ...Object.fromEntries(types),
      ...Object.fromEntries(operations),
      Container: { $Kind: 'EntityContainer', ...Object.fromEntries([...sources(), ...imports()]) },
    },
  }
}

function typeObject(type: WorldType): Json {
  const keys = Object.entries(type.key ?? {})
  const members: [string, Json][] = [
    ...keys.map(([each, kind]): [string, Json] => [each, { $Type: EDM[kind] }]),
    ...Object.entries(type.primitives).map(([each, kind]): [string, Json] => [
      each,
      typed({ type: kind, collection: false }),
    ]),
    ...(type.texts ?? []).map((each): [string, Json] => [each, typed({ type: 'text', collection: true })]),
    ...Object.entries(type.complex ?? {}).map(([each, of]): [string, Json] => [each, typed(of)]),
    ...Object.entries(type.navigation).map(([each, to]): [string, Json] => [
      each,
      { $Kind: 'NavigationProperty', ...typed(to), ...(to.contained ? { $ContainsTarget: true } : {}) },
    ]),
  ]
  return {
    $Kind: type.kind === 'entity' ? 'EntityType' : 'ComplexType',
    ...(type.base ? { $BaseType: `EM.${type.base}` } : {}),
    ...(keys.length > 0 ? { $Key: keys.map(([each]) => each) } : {}),
    ...Object.fromEntries(members),
  }
}

function typed(of: { readonly type: string; readonly collection: boolean }): Json {
  const name = of.type in TYPES ? `EM.${of.type}` : EDM[of.type as Kind]
  return { $Type: name, ...(of.collection ? { $Collection: true } : {}) }
}

function operationObject(each: WorldFunction): Json {
  const path = each.from === 'same' ? 'it' : `it/${each.from}`
  const it = each.on ? [{ $Name: 'it', ...typed(each.on) }] : []
  const parameters = Object.entries(each.parameters).map(([name, kind]) => ({
    $Name: name,
    $Type: EDM[kind],
  }))
  return {
    $Kind: each.action ? 'Action' : 'Function',
    ...(each.on ? { $IsBound: true } : {}),
    ...(each.from ? { $EntitySetPath: path } : {}),
    ...(each.action ? {} : { $IsComposable: true }),
    $Parameter: [...it, ...parameters],
    ...(each.returns ? { $ReturnType: typed(each.returns) } : {}),
  }
}

function sources(): readonly [string, Json][] {
  return Object.entries(SOURCES).map(([name, source]) => {
    const bindings = Object.entries(source.leads)
      .filter(([path]) => !source.unbound?.includes(path))
      .map(([path, [target = '']]) => [withCast(path), target] as const)
    const collection = source.kind === 'set' ? { $Collection: true } : {}
    return [
      name,
      { ...collection, $Type: `EM.${source.type}`, $NavigationPropertyBinding: Object.fromEntries(bindings) },
    ]
  })
}

/** Members of derived types are behind a cast in the paths of bindings. */
function withCast(path: string): string {
  return path.replace(/^Sponsor$/, 'EM.Gala/Sponsor').replace(/\/Region$/, '/EM.Site/Region')
}

function imports(): readonly [string, Json][] {
  return Object.entries(FUNCTIONS)
    .filter(([, each]) => !each.on)
    .map(([name, each]) => {
      const set = each.sets?.[0]
      return [
        name,
        { [each.action ? '$Action' : '$Function']: `EM.${name}`, ...(set ? { $EntitySet: set } : {}) },
      ]
    })
}
