import { describe, expect, it } from 'vitest'
import { atSource, boundOperationKeys } from '#odata/position.ts'
import type { CsdlDocument, Json } from './csdl-document.ts'
import { CsdlError } from './csdl-document.ts'
import { endpointsOf } from './endpoints.ts'
import { readModel } from './read-model.ts'

const navigation = (type: string, more: Json = {}): Json => ({
  $Kind: 'NavigationProperty',
  $Type: type,
  ...more,
})
const set = (type: string, more: Json = {}): Json => ({ $Collection: true, $Type: type, ...more })

/** A document with one schema, whose parts a test replaces. */
function document({
  schema = {},
  container = {},
  root = {},
}: {
  readonly schema?: Json
  readonly container?: Json
  readonly root?: Json
}): CsdlDocument {
  return {
    $Version: '4.01',
    $EntityContainer: 'org.example.All',
    $Reference: {
      'https://vocabularies.example/': {
        $Include: [
          { $Namespace: 'Org.OData.Core.V1', $Alias: 'Core' },
          { $Namespace: 'Org.OData.Capabilities.V1', $Alias: 'Can' },
          { $Namespace: 'Other.Service' },
        ],
      },
    },
    'org.example': {
      $Alias: 'self',
      Base: { $Kind: 'EntityType', $Abstract: true, $Key: ['ID'], ID: { $Type: 'Edm.Int32' } },
      Event: {
        $Kind: 'EntityType',
        $BaseType: 'self.Base',
        Name: {},
        Place: { $Type: 'self.Place' },
        Account: navigation('self.Account', { '@Core.AutoExpand': true }),
        Sessions: navigation('self.Session', { $Collection: true, $ContainsTarget: true }),
      },
      Gala: { $Kind: 'EntityType', $BaseType: 'org.example.Event', Sponsor: navigation('self.Account') },
      Account: { $Kind: 'EntityType', $BaseType: 'self.Base', Notes: { $Type: 'Other.Service.Note' } },
      Session: { $Kind: 'EntityType', $Key: [{ Number: 'Slot/Number' }], Slot: { $Type: 'self.Slot' } },
      Slot: { $Kind: 'ComplexType', Number: { $Type: 'self.Count' }, State: { $Type: 'self.State' } },
      Place: { $Kind: 'ComplexType', $OpenType: true, Owner: navigation('self.Account') },
      Count: { $Kind: 'TypeDefinition', $UnderlyingType: 'Edm.Int16' },
      State: { $Kind: 'EnumType', Free: 0, Taken: 1, 'Taken@Core.Description': 'no more' },
      ...schema,
      All: {
        $Kind: 'EntityContainer',
        Events: set('self.Event', {
          $NavigationPropertyBinding: {
            Account: 'Accounts',
            'self.Gala/Sponsor': 'org.example.All/Accounts',
          },
        }),
        Accounts: set('org.example.Account'),
        Me: { $Type: 'self.Account' },
        ...container,
      },
    },
    ...root,
  }
}

const bound = (kind: 'Action' | 'Function', type: string, more: Json = {}): Json => ({
  $Kind: kind,
  $IsBound: true,
  $Parameter: [{ $Name: 'it', $Type: type }],
  ...more,
})

describe('readModel', () => {
  it('resolves aliases and spells out inheritance', () => {
    const model = readModel(document({}))
    const gala = model.types.get('org.example.Gala') ?? expect.fail()
    expect(gala.base?.name).toBe('org.example.Event')
    expect(gala.key).toEqual(['ID'])
    expect([...gala.properties.keys()]).toEqual(['ID', 'Name', 'Place'])
    expect([...gala.navigation.keys()]).toEqual(['Account', 'Sessions', 'Sponsor'])
    const derived = model.types.get('org.example.Base')?.derived.map(({ name }) => name)
    expect(derived?.toSorted()).toEqual(['org.example.Account', 'org.example.Event', 'org.example.Gala'])
    expect(model.types.get('org.example.Session')?.key).toEqual(['Number'])
    expect([...(model.sources.get('Events')?.bindings ?? [])]).toEqual([
      ['Account', 'Accounts'],
      ['org.example.Gala/Sponsor', 'Accounts'],
    ])
    expect([...(model.enumerations.get('org.example.State') ?? [])]).toEqual(['Free', 'Taken'])
    expect(model.definitions.get('org.example.Count')).toBe('Edm.Int16')
    expect(model.aliases.get('self')).toBe('org.example')
    expect(model.container).toBe('org.example.All')
  })

  it('knows what comes along unasked, wherever that is said', () => {
    const model = readModel(
      document({
        schema: {
          $Annotations: {
            'self.Place/Owner': { '@Core.AutoExpandReferences': true },
            'self.All/Events/self.Gala/Sponsor': { '@Org.OData.Core.V1.AutoExpand': { $Path: 'Unknown' } },
            'self.Event': { '@Core.AutoExpand': true },
            'self.Event/Sessions': { '@Core.AutoExpand': false },
          },
        },
      }),
    )
    const expanded = [...model.types.values()].flatMap((type) =>
      [...type.navigation.values()]
        .filter(({ autoExpand }) => autoExpand)
        .map(({ name }) => `${type.name}/${name}`),
    )
    expect(expanded).toEqual([
      'org.example.Event/Account',
      'org.example.Gala/Account',
      'org.example.Gala/Sponsor',
      'org.example.Place/Owner',
    ])
  })

  it('knows alternate keys of both vocabularies, with their aliases', () => {
    const keys = [{ Key: [{ Name: 'Name' }, { Name: 'Place/Town', Alias: 'Town' }] }]
    const model = readModel(
      document({
        schema: {
          $Annotations: {
            'self.Event': { '@Core.AlternateKeys': keys },
            'self.Account': { '@OData.Community.Keys.V1.AlternateKeys': [{ Key: [{ Name: 'VAT' }] }] },
          },
        },
      }),
    )
    expect(model.types.get('org.example.Gala')?.alternateKeys).toEqual([['Name', 'Town']])
    expect(model.types.get('org.example.Account')?.alternateKeys).toEqual([['VAT']])
  })

  it('takes nothing for granted that is not said: upserts happen and searches look elsewhere', () => {
    const { sources } = readModel(
      document({
        container: {
          A: set('self.Account', { '@Stagedoor.Upsert': false, '@Stagedoor.SearchOwnOnly': true }),
          B: set('self.Account', {
            '@Can.UpdateRestrictions': { Upsertable: false },
            '@Stagedoor.SearchOwnOnly': 'yes',
          }),
          C: set('self.Account', {
            '@Can.UpdateRestrictions': { Updatable: true },
            '@Stagedoor.Upsert': true,
          }),
        },
      }),
    )
    const said = [...sources.values()].map(({ name, upsert, searchOwnOnly }) => [name, upsert, searchOwnOnly])
    expect(said).toEqual([
      ['Events', true, false],
      ['Accounts', true, false],
      ['Me', true, false],
      ['A', false, true],
      ['B', false, false],
      ['C', true, false],
    ])
  })

  it('takes undescribed types for such with all that derive from them', () => {
    const model = readModel(
      document({ schema: { $Annotations: { 'self.Event': { '@Stagedoor.Undescribed': true } } } }),
    )
    const undescribed = [...model.types.values()].filter((type) => type.undescribed).map(({ name }) => name)
    expect(undescribed).toEqual(['org.example.Event', 'org.example.Gala'])
    const whole = readModel(document({ schema: { '@Stagedoor.Undescribed': true } }))
    expect([...whole.types.values()].every((type) => type.undescribed)).toBe(true)
  })

  it('reads operations with all their overloads', () => {
    const model = readModel(
      document({
        schema: {
          Cancel: [
            bound('Action', 'self.Event', { $ReturnType: { $Type: 'self.Account', $Collection: true } }),
            bound('Action', 'self.Account', { '@Stagedoor.SelfContained': true }),
          ],
          Top: [
            {
              $Kind: 'Function',
              $Parameter: [
                { $Name: 'n', $Type: 'Edm.Int32' },
                { $Name: 'm', '@Core.OptionalParameter': {} },
              ],
              $ReturnType: { $Type: 'self.Account' },
            },
          ],
          $Annotations: {
            'self.Top(Edm.Int32,Edm.String)/n': { '@Core.OptionalParameter': { DefaultValue: '1' } },
          },
        },
        container: { TopAccounts: { $Function: 'self.Top', $EntitySet: 'self.All/Accounts' } },
      }),
    )
    expect(model.operations.get('org.example.Cancel')).toMatchObject([
      {
        kind: 'action',
        bound: true,
        returns: { name: 'org.example.Account', collection: true },
        selfContained: false,
      },
      { kind: 'action', bound: true, returns: undefined, selfContained: true },
    ])
    expect(model.operations.get('org.example.Top')?.[0]?.parameters).toEqual([
      { name: 'n', type: { name: 'Edm.Int32', collection: false }, optional: true },
      { name: 'm', type: { name: 'Edm.String', collection: false }, optional: true },
    ])
    expect(model.imports.get('TopAccounts')).toMatchObject({
      operation: 'org.example.Top',
      entitySet: 'Accounts',
    })
  })

  it('takes in what the extended container has', () => {
    const model = readModel(
      document({
        schema: { Core: { $Kind: 'EntityContainer', $Extends: 'org.example.All', Galas: set('self.Gala') } },
        root: { $EntityContainer: 'org.example.Core' },
      }),
    )
    expect([...model.sources.keys()]).toEqual(['Events', 'Accounts', 'Me', 'Galas'])
  })

  it('knows which names may stand unqualified', () => {
    const model = readModel(document({ schema: { '@Core.DefaultNamespace': true } }))
    expect([...model.defaultNamespaces]).toEqual(['org.example', 'self'])
    expect(readModel(document({})).defaultNamespaces.size).toBe(0)
  })

  it('takes a type of another document for a property, where nothing can be reached by it', () => {
    const notes = readModel(document({})).types.get('org.example.Account')?.properties.get('Notes')
    expect(notes?.type.name).toBe('Other.Service.Note')
  })
})

describe('endpointsOf', () => {
  const model = readModel(
    document({
      schema: {
        Cancel: [bound('Action', 'self.Event')],
        Touch: [bound('Action', 'self.Base')],
        Move: [bound('Function', 'self.Slot', { $ReturnType: {} })],
        Thank: [bound('Action', 'self.Gala')],
        Close: [bound('Action', 'self.Account', {}), bound('Function', 'self.Account', { $ReturnType: {} })],
        Free: [bound('Function', 'self.State', { $ReturnType: {} })],
        Any: [bound('Function', 'Edm.EntityType', { $ReturnType: {} })],
        Off: [bound('Action', 'self.Lonely')],
        Lonely: { $Kind: 'ComplexType' },
        Merge: [{ $Kind: 'Action' }],
      },
      container: { MergeAll: { $Action: 'self.Merge' } },
    }),
  )

  it('has verbs of sets and singletons, bound operations wherever their type occurs, and imports', () => {
    expect(endpointsOf(model).map(({ key }) => key)).toEqual([
      'GET Events',
      'POST Events',
      'PATCH Events',
      'DELETE Events',
      'POST Events/org.example.Cancel',
      'POST Events/org.example.Touch',
      'GET Events/org.example.Move',
      'POST Events/org.example.Thank',
      'GET Events/org.example.Free',
      'GET Events/org.example.Any',
      'GET Accounts',
      'POST Accounts',
      'PATCH Accounts',
      'DELETE Accounts',
      'POST Accounts/org.example.Touch',
      'GET Accounts/org.example.Close',
      'POST Accounts/org.example.Close',
      'GET Accounts/org.example.Any',
      'GET Me',
      'PATCH Me',
      'DELETE Me',
      'POST Me/org.example.Touch',
      'GET Me/org.example.Close',
      'POST Me/org.example.Close',
      'GET Me/org.example.Any',
      'POST MergeAll',
    ])
  })

  it('has the keys that positions name', () => {
    const keys = new Set(endpointsOf(model).map(({ key }) => key))
    const me = atSource(model.sources.get('Me') ?? expect.fail())
    const overloads = model.operations.get('org.example.Close') ?? []
    expect(overloads.flatMap((each) => boundOperationKeys(me, each)).every((key) => keys.has(key))).toBe(true)
  })

  it('knows no more of undescribed sets than that they can be queried', () => {
    const undescribed = readModel(document({ schema: { '@Stagedoor.Undescribed': true } }))
    expect(endpointsOf(undescribed).map(({ key }) => key)).toEqual(['GET Events', 'GET Accounts', 'GET Me'])
  })
})

describe('readModel refuses, with the path to the place:', () => {
  const at = 'org.example'
  it.each<[string, CsdlDocument, readonly string[], RegExp]>([
    ['another version', document({ root: { $Version: '3.0' } }), ['$Version'], /4\.0 nor 4\.01/],
    ['no container', document({ root: { $EntityContainer: undefined } }), [], /no EntityContainer/],
    [
      'a container that is not there',
      document({ root: { $EntityContainer: 'X.Y' } }),
      ['$EntityContainer'],
      /X\.Y/,
    ],
    ['a schema that is none', document({ root: { Other: 1 } }), ['Other'], /not an object/],
    ['a namespace with a slash', document({ root: { 'a/b': {} } }), ['a/b'], /not a namespace/],
    [
      'an alias of two namespaces',
      document({ root: { Other: { $Alias: 'self' } } }),
      ['Other', '$Alias'],
      /two/,
    ],
    ['an unknown kind', document({ schema: { X: { $Kind: 'Thing' } } }), [at, 'X', '$Kind'], /kind/],
    [
      'a kind of Object’s own',
      document({ schema: { X: { $Kind: 'constructor' } } }),
      [at, 'X', '$Kind'],
      /kind/,
    ],
    [
      'a name that is none',
      document({ schema: { 'X-Y': { $Kind: 'EntityType' } } }),
      [at, 'X-Y'],
      /not a name/,
    ],
    [
      'a name of Object’s prototype',
      document({ schema: Object.fromEntries([['__proto__', { $Kind: 'EntityType' }]]) }),
      [at, '__proto__'],
      /not a name/,
    ],
    [
      'an action that is no list',
      document({ schema: { X: { $Kind: 'Action' } } }),
      [at, 'X'],
      /list of overloads/,
    ],
    [
      'a type that derives from itself',
      document({
        schema: {
          A: { $Kind: 'EntityType', $BaseType: 'self.B' },
          B: { $Kind: 'EntityType', $BaseType: 'self.A' },
        },
      }),
      [at, 'A', '$BaseType'],
      /derives from itself/,
    ],
    [
      'a base type that is not there',
      document({ schema: { A: { $Kind: 'EntityType', $BaseType: 'Other.Service.B' } } }),
      [at, 'A', '$BaseType'],
      /no type "Other\.Service\.B"/,
    ],
    [
      'a complex type that derives from an entity type',
      document({ schema: { A: { $Kind: 'ComplexType', $BaseType: 'self.Event' } } }),
      [at, 'A', '$BaseType'],
      /another kind/,
    ],
    [
      'a property of a type that is not there',
      document({ schema: { A: { $Kind: 'ComplexType', X: { $Type: 'self.Missing' } } } }),
      [at, 'A', 'X', '$Type'],
      /no type "self\.Missing"/,
    ],
    [
      'an entity in a plain property',
      document({ schema: { A: { $Kind: 'ComplexType', X: { $Type: 'self.Event' } } } }),
      [at, 'A', 'X', '$Type'],
      /only navigation properties/,
    ],
    [
      'a navigation property to another document',
      document({ schema: { A: { $Kind: 'EntityType', X: navigation('Other.Service.Note') } } }),
      [at, 'A', 'X', '$Type'],
      /no entity type "Other\.Service\.Note"/,
    ],
    [
      'a navigation property to a complex type',
      document({ schema: { A: { $Kind: 'EntityType', X: navigation('self.Place') } } }),
      [at, 'A', 'X', '$Type'],
      /no entity type/,
    ],
    [
      'a property that hides a navigation property of the base type',
      document({ schema: { A: { $Kind: 'EntityType', $BaseType: 'self.Event', Account: {} } } }),
      [at, 'A', 'Account'],
      /used twice/,
    ],
    [
      'a flag that is a text',
      document({
        schema: { A: { $Kind: 'EntityType', X: navigation('self.Event', { $ContainsTarget: 'true' }) } },
      }),
      [at, 'A', 'X', '$ContainsTarget'],
      /neither true nor false/,
    ],
    [
      'a result of another document',
      document({ schema: { F: [{ $Kind: 'Function', $ReturnType: { $Type: 'Other.Service.Note' } }] } }),
      [at, 'F', '0', '$ReturnType', '$Type'],
      /no type/,
    ],
    [
      'a bound action without parameter',
      document({ schema: { F: [{ $Kind: 'Action', $IsBound: true }] } }),
      [at, 'F', '0'],
      /parameter to be bound by/,
    ],
    [
      'an import of a bound action',
      document({ schema: { F: [bound('Action', 'self.Event')] }, container: { X: { $Action: 'self.F' } } }),
      [at, 'All', 'X', '$Action'],
      /no unbound action/,
    ],
    [
      'a set of another document',
      document({ container: { X: set('Other.Service.Note') } }),
      [at, 'All', 'X', '$Type'],
      /no entity type/,
    ],
    [
      'a set without type',
      document({ container: { X: { $Collection: true } } }),
      [at, 'All', 'X'],
      /without \$Type/,
    ],
    [
      'a binding to a set that is not there',
      document({
        container: { X: set('self.Event', { $NavigationPropertyBinding: { Account: 'Missing' } }) },
      }),
      [at, 'All', 'X', '$NavigationPropertyBinding', 'Account'],
      /"Missing"/,
    ],
    [
      'a binding to the set of another container',
      document({
        container: {
          X: set('self.Event', { $NavigationPropertyBinding: { Account: 'Other.Service.C/Accounts' } }),
        },
      }),
      [at, 'All', 'X', '$NavigationPropertyBinding', 'Account'],
      /Other\.Service\.C/,
    ],
    [
      'a container that extends one that is not there',
      document({ container: { $Extends: 'Other.Service.C' } }),
      [at, 'All', '$Extends'],
      /no EntityContainer/,
    ],
    [
      'a container that extends itself',
      document({ container: { $Extends: 'self.All' } }),
      [at, 'All', '$Extends'],
      /extends itself/,
    ],
    [
      'auto-expansion of what is not there',
      document({ schema: { $Annotations: { 'self.Event/Missing': { '@Core.AutoExpand': true } } } }),
      [at, '$Annotations', 'self.Event/Missing'],
      /no navigation property/,
    ],
  ])('%s', (_, given, path, message) => {
    let error: unknown
    try {
      readModel(given)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(CsdlError)
    if (error instanceof CsdlError) expect(error.path).toEqual(path)
    expect(String(error)).toMatch(message)
  })
})
