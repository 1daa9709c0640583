import type { CsdlDocument, Json } from '#odata/csdl/csdl-document.ts'

export const navigation = (type: string, more: Json = {}): Json => ({
  $Kind: 'NavigationProperty',
  $Type: type,
  ...more,
})
export const set = (type: string, more: Json = {}): Json => ({ $Collection: true, $Type: type, ...more })

/** A document with one schema, whose parts a test replaces. */
export function document({
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

export const bound = (kind: 'Action' | 'Function', type: string, more: Json = {}): Json => ({
  $Kind: kind,
  $IsBound: true,
  $Parameter: [{ $Name: 'it', $Type: type }],
  ...more,
})
