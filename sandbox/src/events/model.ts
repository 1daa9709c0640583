export type Navigation = {
  readonly type: string
  /** The set that it leads to; contained entities stay with the set that they hang from. */
  readonly set: string
  readonly many: boolean
  readonly contained?: true
  readonly partner?: string
  /** Rides along without being asked for, as published in `events.csdl.xml`. */
  readonly autoExpand?: true
}

export type EntityType = {
  readonly base?: string
  readonly key: string
  readonly properties: readonly string[]
  readonly navigation: Readonly<Record<string, Navigation>>
}

function to(set: string, type: string, extra: Partial<Navigation> = {}): Navigation {
  return { set, type, many: false, ...extra }
}

const EVENT_PROPERTIES = ['ID', 'Code', 'Name', 'Starts', 'Seats', 'Tags', 'Location', 'Banner']
const EVENT_NAVIGATION: EntityType['navigation'] = {
  Account: to('Accounts', 'Account', { partner: 'Events' }),
  Bookings: to('Bookings', 'Booking', { many: true, partner: 'Event' }),
  Sessions: to('Events', 'Session', { many: true, contained: true }),
  Parent: to('Events', 'Event', { partner: 'Children' }),
  Children: to('Events', 'Event', { many: true, partner: 'Parent' }),
}

/** The same model that `events.csdl.xml` publishes, without its namespace EM. A test compares the two. */
export const TYPES: Readonly<Record<string, EntityType>> = {
  Event: { key: 'ID', properties: EVENT_PROPERTIES, navigation: EVENT_NAVIGATION },
  Gala: {
    base: 'Event',
    key: 'ID',
    properties: [...EVENT_PROPERTIES, 'Theme'],
    navigation: { ...EVENT_NAVIGATION, Sponsor: to('Accounts', 'Account') },
  },
  Session: {
    key: 'ID',
    properties: ['ID', 'Title'],
    navigation: { Speaker: to('Contacts', 'Contact') },
  },
  Booking: {
    key: 'ID',
    properties: ['ID', 'Space', 'Seats'],
    navigation: {
      Event: to('Events', 'Event', { partner: 'Bookings' }),
      Account: to('Accounts', 'Account'),
      Invoice: to('Invoices', 'Invoice', { partner: 'Booking' }),
    },
  },
  Account: {
    key: 'ID',
    properties: ['ID', 'Name', 'Email', 'CreditLimit'],
    navigation: {
      Events: to('Events', 'Event', { many: true, partner: 'Account' }),
      Invoices: to('Invoices', 'Invoice', { many: true, partner: 'Account' }),
      Contacts: to('Contacts', 'Contact', { many: true, partner: 'Account' }),
    },
  },
  Invoice: {
    key: 'ID',
    properties: ['ID', 'Number', 'Amount'],
    navigation: {
      Account: to('Accounts', 'Account', { partner: 'Invoices' }),
      Booking: to('Bookings', 'Booking', { partner: 'Invoice', autoExpand: true }),
    },
  },
  Venue: {
    key: 'Code',
    properties: ['Code', 'Name', 'Capacity'],
    navigation: { Owner: to('Accounts', 'Account') },
  },
  Contact: {
    key: 'ID',
    properties: ['ID', 'FullName', 'Phone'],
    navigation: { Account: to('Accounts', 'Account', { partner: 'Contacts' }) },
  },
  Profile: {
    key: 'ID',
    properties: ['ID', 'UserName'],
    navigation: { Account: to('Accounts', 'Account'), Invoices: to('Invoices', 'Invoice', { many: true }) },
  },
  Location: { key: '', properties: ['Hall', 'City'], navigation: { Venue: to('Venues', 'Venue') } },
}

export const SETS: Readonly<Record<string, string>> = {
  Events: 'Event',
  Bookings: 'Booking',
  Accounts: 'Account',
  Invoices: 'Invoice',
  Venues: 'Venue',
  Contacts: 'Contact',
}

export const SINGLETON = 'Me'

const NOTHING: EntityType = { key: '', properties: [], navigation: {} }

export function typeOf(name: string): EntityType {
  return TYPES[name] ?? NOTHING
}

/** Finds a name exactly, else without case, else behind its last dot: as generous as servers are. */
export function findName(names: readonly string[], asked: string): string | undefined {
  if (names.includes(asked)) return asked
  const folded = asked.toLowerCase()
  const last = folded.slice(folded.lastIndexOf('.') + 1)
  return (
    names.find((name) => name.toLowerCase() === folded) ?? names.find((name) => name.toLowerCase() === last)
  )
}
