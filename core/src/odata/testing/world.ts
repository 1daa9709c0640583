/**
 * A small service in which every way of reaching one set from another exists once. The tables say by hand where each
 * path leads: nothing here is computed by the code that is tested.
 */
export type Kind = 'number' | 'text' | 'boolean' | 'instant' | 'kind' | 'stream'

export type WorldType = {
  readonly kind: 'entity' | 'complex'
  readonly base?: string
  readonly key?: Readonly<Record<string, 'number' | 'text'>>
  readonly primitives: Readonly<Record<string, Kind>>
  readonly texts?: readonly string[]
  readonly complex?: Readonly<Record<string, { readonly type: string; readonly collection: boolean }>>
  readonly navigation: Readonly<Record<string, WorldNavigation>>
}

export type WorldNavigation = {
  readonly type: string
  readonly collection: boolean
  readonly contained?: boolean
}

const one = (type: string): WorldNavigation => ({ type, collection: false })
const many = (type: string): WorldNavigation => ({ type, collection: true })
const contained = (type: string): WorldNavigation => ({ type, collection: true, contained: true })

export const TYPES: Readonly<Record<string, WorldType>> = {
  Event: {
    kind: 'entity',
    key: { ID: 'number' },
    primitives: {
      Name: 'text',
      Start: 'instant',
      Price: 'number',
      Active: 'boolean',
      Sort: 'kind',
      Banner: 'stream',
    },
    texts: ['Tags'],
    complex: { Location: { type: 'Place', collection: false }, Stops: { type: 'Place', collection: true } },
    navigation: {
      Account: one('Account'),
      Bookings: many('Booking'),
      Parent: one('Event'),
      Sessions: contained('Session'),
      Guests: many('Person'),
    },
  },
  Gala: {
    kind: 'entity',
    base: 'Event',
    primitives: { Dress: 'text' },
    navigation: { Sponsor: one('Account') },
  },
  Account: {
    kind: 'entity',
    key: { ID: 'number' },
    primitives: { Name: 'text', Email: 'text', CreditLimit: 'number' },
    navigation: { Events: many('Event'), Invoices: many('Invoice'), Owner: one('Person') },
  },
  Booking: {
    kind: 'entity',
    key: { ID: 'number' },
    primitives: { Seats: 'number' },
    navigation: { Event: one('Event'), Account: one('Account'), Invoice: one('Invoice') },
  },
  Invoice: {
    kind: 'entity',
    key: { ID: 'number' },
    primitives: { Amount: 'number', Start: 'instant' },
    navigation: { Account: one('Account') },
  },
  Session: {
    kind: 'entity',
    key: { ID: 'number' },
    primitives: { Title: 'text' },
    navigation: { Speaker: one('Person'), Venue: one('Venue') },
  },
  Venue: {
    kind: 'entity',
    key: { Code: 'text' },
    primitives: { Name: 'text', Seats: 'number' },
    navigation: { Rooms: contained('Room') },
  },
  Room: {
    kind: 'entity',
    key: { Building: 'text', No: 'number' },
    primitives: { Seats: 'number' },
    navigation: { Events: many('Event') },
  },
  Person: {
    kind: 'entity',
    key: { ID: 'number' },
    primitives: { Name: 'text', Active: 'boolean' },
    navigation: { Manager: one('Person'), Desk: one('Venue') },
  },
  Employee: {
    kind: 'entity',
    base: 'Person',
    primitives: { Badge: 'text' },
    navigation: { Boss: one('Employee') },
  },
  Country: {
    kind: 'entity',
    key: { Code: 'text' },
    primitives: { Name: 'text' },
    navigation: { Accounts: many('Account') },
  },
  Place: {
    kind: 'complex',
    primitives: { Street: 'text', City: 'text' },
    navigation: { Country: one('Country') },
  },
  Site: {
    kind: 'complex',
    base: 'Place',
    primitives: { Depth: 'number' },
    navigation: { Region: one('Country') },
  },
}

export const ENUMERATION = { name: 'Sort', members: ['Open', 'Closed'] } as const

export type WorldSource = {
  readonly kind: 'set' | 'singleton'
  readonly type: string
  /** Where each path of steps (casts left out) leads. */
  readonly leads: Readonly<Record<string, readonly string[]>>
  /** Paths whose binding is not published: every source of the type is meant. */
  readonly unbound?: readonly string[]
}

const ANY_PERSON = ['People', 'Staff', 'Me']

export const SOURCES: Readonly<Record<string, WorldSource>> = {
  Events: {
    kind: 'set',
    type: 'Event',
    leads: {
      Account: ['Accounts'],
      Bookings: ['Bookings'],
      Parent: ['Events'],
      Guests: ANY_PERSON,
      Sponsor: ['Accounts'],
      'Sessions/Speaker': ['People'],
      'Sessions/Venue': ['Venues'],
      'Location/Country': ['Countries'],
      'Location/Region': ['Countries'],
      'Stops/Country': ['Countries'],
      'Stops/Region': ['Countries'],
    },
    unbound: ['Guests', 'Stops/Region'],
  },
  Accounts: {
    kind: 'set',
    type: 'Account',
    leads: { Events: ['Events'], Invoices: ['Invoices'], Owner: ['People'] },
  },
  Archive: {
    kind: 'set',
    type: 'Account',
    leads: { Events: ['Events'], Invoices: ['Invoices'], Owner: ANY_PERSON },
    unbound: ['Owner'],
  },
  Bookings: {
    kind: 'set',
    type: 'Booking',
    leads: { Event: ['Events'], Account: ['Accounts'], Invoice: ['Invoices'] },
    unbound: ['Event', 'Invoice'],
  },
  Invoices: { kind: 'set', type: 'Invoice', leads: { Account: ['Accounts'] } },
  Venues: { kind: 'set', type: 'Venue', leads: { 'Rooms/Events': ['Events'] } },
  Halls: { kind: 'set', type: 'Venue', leads: { 'Rooms/Events': ['Events'] }, unbound: ['Rooms/Events'] },
  People: {
    kind: 'set',
    type: 'Person',
    leads: { Manager: ['Staff'], Boss: ANY_PERSON, Desk: ['Venues', 'Halls'] },
    unbound: ['Boss', 'Desk'],
  },
  Staff: { kind: 'set', type: 'Employee', leads: { Manager: ['Me'], Boss: ['Staff'], Desk: ['Venues'] } },
  Me: {
    kind: 'singleton',
    type: 'Person',
    leads: { Manager: ['People'], Boss: ANY_PERSON, Desk: ['Venues'] },
    unbound: ['Boss'],
  },
  Countries: { kind: 'set', type: 'Country', leads: { Accounts: ['Accounts'] } },
}

export type WorldFunction = {
  /** The binding parameter's type; undefined for those that an import publishes. */
  readonly on?: { readonly type: string; readonly collection: boolean }
  readonly action?: boolean
  readonly parameters: Readonly<Record<string, 'number' | 'text'>>
  /** An entity type, or a kind of primitive value. */
  readonly returns?: { readonly type: string; readonly collection: boolean }
  /** Path from the binding parameter that its result comes from; `same` for the binding parameter itself. */
  readonly from?: string
  /** The sets that an import's or a pathless function's result is in. */
  readonly sets?: readonly string[]
}

export const FUNCTIONS: Readonly<Record<string, WorldFunction>> = {
  Organiser: {
    on: { type: 'Event', collection: false },
    parameters: {},
    returns: { type: 'Account', collection: false },
    from: 'Account',
  },
  Best: {
    on: { type: 'Event', collection: true },
    parameters: {},
    returns: { type: 'Event', collection: false },
    from: 'same',
  },
  Score: {
    on: { type: 'Event', collection: false },
    parameters: { weight: 'number' },
    returns: { type: 'number', collection: false },
  },
  Witnesses: {
    on: { type: 'Booking', collection: false },
    parameters: {},
    returns: { type: 'Person', collection: true },
    sets: ANY_PERSON,
  },
  Cancel: { on: { type: 'Event', collection: false }, action: true, parameters: { reason: 'text' } },
  Bill: {
    on: { type: 'Account', collection: false },
    action: true,
    parameters: {},
    returns: { type: 'Invoice', collection: false },
    from: 'Invoices',
  },
  TopAccounts: {
    parameters: { n: 'number' },
    returns: { type: 'Account', collection: true },
    sets: ['Accounts'],
  },
  Headline: { parameters: {}, returns: { type: 'text', collection: false }, sets: [] },
  Merge: {
    action: true,
    parameters: {},
    returns: { type: 'Account', collection: false },
    sets: ['Accounts'],
  },
}
