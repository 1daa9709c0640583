import { describe, expect, it } from 'vitest'
import { readModel } from './read-model.ts'
import { bound, document, set } from './testing/example-document.ts'

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
