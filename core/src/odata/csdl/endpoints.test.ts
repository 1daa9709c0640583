import { describe, expect, it } from 'vitest'
import { atSource, boundOperationKeys } from '#odata/position.ts'
import { endpointsOf } from './endpoints.ts'
import { readModel } from './read-model.ts'
import { bound, document } from './testing/example-document.ts'

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
