import { describe, expect, it } from 'vitest'
import { type CsdlDocument, CsdlError } from './csdl-document.ts'
import { readModel } from './read-model.ts'
import { bound, document, navigation, set } from './testing/example-document.ts'

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
