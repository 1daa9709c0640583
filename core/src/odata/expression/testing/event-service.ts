import { readModel } from '#odata/csdl/read-model.ts'
import type { Model } from '#odata/model.ts'

const text = { $Nullable: true }
const number = { $Type: 'Edm.Int64' }
const key = { $Kind: 'EntityType', $Key: ['ID'], ID: number }

function to(type: string, more: object = {}): object {
  return { $Kind: 'NavigationProperty', $Type: `EM.${type}`, $Nullable: true, ...more }
}

function many(type: string, more: object = {}): object {
  return to(type, { $Collection: true, ...more })
}

function bound(type: string, more: object = {}): object {
  return { $Kind: 'Function', $IsBound: true, $Parameter: [{ $Name: 'it', $Type: type }], ...more }
}

const TYPES = {
  Event: {
    ...key,
    Name: text,
    IsPublic: { $Type: 'Edm.Boolean' },
    Starts: { $Type: 'Edm.DateTimeOffset' },
    Tags: { $Collection: true },
    Status: { $Type: 'EM.Status' },
    Location: { $Type: 'EM.Location' },
    Account: to('Account'),
    Bookings: many('Booking'),
    Venue: to('Venue'),
    Parent: to('Event'),
    Sessions: many('Session', { $ContainsTarget: true }),
    Nowhere: to('Orphan'),
  },
  Gala: { $Kind: 'EntityType', $BaseType: 'EM.Event', DressCode: text, Sponsor: to('Account') },
  Session: { ...key, Title: text, Speaker: to('Contact') },
  Booking: { ...key, Seats: number, Event: to('Event'), Account: to('Account'), Invoice: to('Invoice') },
  Account: { ...key, Name: text, CreditLimit: number, Events: many('Event'), Invoices: many('Invoice') },
  Vip: { $Kind: 'EntityType', $BaseType: 'EM.Account', Level: number },
  Invoice: { ...key, Code: text, Total: number },
  Venue: { ...key, Code: text, Hidden: text, '@Stagedoor.Undescribed': true },
  Contact: { ...key, Email: text },
  Country: { ...key, Name: text },
  Orphan: { ...key, Name: text },
  Note: { ...key, $OpenType: true, Text: text },
  Location: { $Kind: 'ComplexType', City: text, Country: to('Country') },
  Status: { $Kind: 'EnumType', Open: 0, Closed: 1 },
} as const

const OPERATIONS = {
  Organiser: [bound('EM.Event', { $ReturnType: { $Type: 'EM.Contact' } })],
  Payers: [
    bound('EM.Event', {
      $EntitySetPath: 'it/Account',
      $Parameter: [
        { $Name: 'it', $Type: 'EM.Event' },
        { $Name: 'least', $Type: 'Edm.Int64' },
      ],
      $ReturnType: { $Type: 'EM.Account', $Collection: true },
    }),
  ],
  Score: [
    bound('EM.Event', { $ReturnType: { $Type: 'Edm.Int64' } }),
    { $Kind: 'Function', $ReturnType: { $Type: 'Edm.Int64' } },
  ],
  Lonely: [{ $Kind: 'Function', $ReturnType: { $Type: 'Edm.Int64' } }],
  Top: [
    {
      $Kind: 'Function',
      $Parameter: [{ $Name: 'n', $Type: 'Edm.Int64' }],
      $ReturnType: { $Type: 'EM.Account', $Collection: true },
    },
  ],
  Cancel: [{ $Kind: 'Action', $IsBound: true, $Parameter: [{ $Name: 'it', $Type: 'EM.Event' }] }],
} as const

function set(type: string, bindings: Readonly<Record<string, string>> = {}, more: object = {}): object {
  return { $Collection: true, $Type: `EM.${type}`, $NavigationPropertyBinding: bindings, ...more }
}

const CONTAINER = {
  $Kind: 'EntityContainer',
  Events: set('Event', {
    Account: 'Accounts',
    Bookings: 'Bookings',
    Venue: 'Venues',
    Parent: 'Events',
    'EM.Gala/Sponsor': 'Accounts',
    'Sessions/Speaker': 'Contacts',
    'Location/Country': 'Countries',
  }),
  Bookings: set('Booking', { Event: 'Events', Account: 'Accounts', Invoice: 'Invoices' }),
  Accounts: set('Account', { Events: 'Events', Invoices: 'Invoices' }),
  Invoices: set('Invoice', {}, { '@Stagedoor.SearchOwnOnly': true }),
  Venues: set('Venue'),
  Contacts: set('Contact'),
  Countries: set('Country'),
  Notes: set('Note'),
  Me: { $Type: 'EM.Contact' },
  TopAccounts: { $Function: 'EM.Top', $EntitySet: 'Accounts' },
  EventScore: { $Function: 'EM.Score' },
} as const

/** Events and what belongs to them, as threats are told of them (design, section 1). */
export function eventService(): Model {
  return readModel({
    $Version: '4.01',
    $EntityContainer: 'EM.Service',
    EM: { $Alias: 'self', '@Core.DefaultNamespace': true, ...TYPES, ...OPERATIONS, Service: CONTAINER },
    $Reference: {
      'https://example.com/core.xml': { $Include: [{ $Namespace: 'Org.OData.Core.V1', $Alias: 'Core' }] },
    },
  })
}
