import type { Model, NavigationProperty, Source, StructuredType } from '#odata/model.ts'

type TypeParts = {
  readonly properties?: readonly string[]
  readonly navigation?: readonly string[]
} & Partial<Omit<StructuredType, 'properties' | 'navigation'>>

const COLLECTION = '[]'

/** `Tags: Edm.String[]` and `sessions: EM.Session[] contained`: the model's members in one line each. */
function structured(
  name: string,
  { properties = [], navigation = [], base, ...rest }: TypeParts,
): StructuredType {
  const type: StructuredType = {
    kind: 'entity',
    name,
    base,
    derived: [],
    abstract: false,
    open: false,
    hasStream: false,
    key: ['ID'],
    alternateKeys: [],
    undescribed: false,
    ...rest,
    properties: new Map([
      ...(base?.properties ?? []),
      ...properties.map((text) => {
        const [name = '', type = ''] = text.split(': ')
        return [
          name,
          { name, type: { name: type.replace(COLLECTION, ''), collection: type.endsWith(COLLECTION) } },
        ] as const
      }),
    ]),
    navigation: new Map([
      ...(base?.navigation ?? []),
      ...navigation.map((text) => [text.split(': ')[0] ?? '', navigationOf(text)] as const),
    ]),
  }
  for (let up = base; up; up = up.base) (up.derived as StructuredType[]).push(type)
  return type
}

function navigationOf(text: string): NavigationProperty {
  const [name = '', rest = ''] = text.split(': ')
  const [type = '', contained] = rest.split(' ')
  return {
    name,
    type: type.replace(COLLECTION, ''),
    collection: type.endsWith(COLLECTION),
    containsTarget: contained === 'contained',
    autoExpand: false,
  }
}

function source(name: string, type: StructuredType, bindings: Readonly<Record<string, string>> = {}): Source {
  return {
    kind: name === 'Me' ? 'singleton' : 'set',
    name,
    type,
    bindings: new Map(Object.entries(bindings)),
    searchOwnOnly: false,
    upsert: true,
    annotations: new Map(),
  }
}

const location = structured('EM.Location', {
  kind: 'complex',
  key: [],
  properties: ['Street: Edm.String', 'Point: Edm.GeographyPoint'],
  navigation: ['Country: EM.Country'],
})
const event = structured('EM.Event', {
  properties: [
    'ID: Edm.Int64',
    'Name: Edm.String',
    'Tags: Edm.String[]',
    'Location: EM.Location',
    'Places: EM.Location[]',
    'Anything: Edm.Untyped',
  ],
  navigation: [
    'account: EM.Account',
    'bookings: EM.Booking[]',
    'venue: EM.Venue',
    'sessions: EM.Session[] contained',
    'parent: EM.Event',
  ],
})
const gala = structured('EM.Gala', {
  base: event,
  properties: ['Theme: Edm.String'],
  navigation: ['sponsor: EM.Account', 'host: EM.Contact'],
})
const meeting = structured('EM.Meeting', { base: event, navigation: ['host: EM.Account'] })
const session = structured('EM.Session', {
  properties: ['ID: Edm.Int32', 'Title: Edm.String'],
  navigation: ['speaker: EM.Contact', 'slots: EM.Slot[] contained'],
})
const slot = structured('EM.Slot', { properties: ['ID: Edm.Int32'], navigation: ['helper: EM.Contact'] })
const account = structured('EM.Account', {
  properties: ['ID: Edm.String', 'Name: Edm.String', 'CreditLimit: Edm.Decimal'],
  navigation: ['invoices: EM.Invoice[]', 'contacts: EM.Contact[]', 'events: EM.Event[]'],
})
const booking = structured('EM.Booking', {
  properties: ['ID: Edm.Int32', 'Seats: Edm.Int32'],
  navigation: ['event: EM.Event', 'account: EM.Account', 'invoice: EM.Invoice'],
})
const invoice = structured('EM.Invoice', {
  properties: ['ID: Edm.Int32', 'Amount: Edm.Decimal'],
  navigation: ['account: EM.Account'],
})
const venue = structured('EM.Venue', {
  properties: ['ID: Edm.Int32', 'Name: Edm.String', 'Location: EM.Location'],
  navigation: ['events: EM.Event[]', 'contacts: EM.Contact[]'],
})
const contact = structured('EM.Contact', {
  properties: ['ID: Edm.Int32', 'Email: Edm.String'],
  navigation: ['account: EM.Account'],
})
const country = structured('EM.Country', {
  key: ['Code'],
  properties: ['Code: Edm.String', 'Name: Edm.String'],
})
const note = structured('EM.Note', {
  open: true,
  properties: ['ID: Edm.Int32'],
  navigation: ['event: EM.Event'],
})
const raw = structured('EM.Raw', { open: true, undescribed: true })

const types = [
  location,
  event,
  gala,
  meeting,
  session,
  slot,
  account,
  booking,
  invoice,
  venue,
  contact,
  country,
  note,
  raw,
]

/**
 * Events and what surrounds them. `Booking.account` is bound to nothing and `Me` is an account too, so that whoever reads
 * it may read either. `Raws` is published without its properties.
 */
export const EVENT_MODEL: Model = {
  version: '4.0',
  container: 'EM.Container',
  namespaces: new Set(['EM']),
  defaultNamespaces: new Set(),
  aliases: new Map([['Self', 'EM']]),
  types: new Map(types.map((type) => [type.name, type])),
  enumerations: new Map(),
  definitions: new Map(),
  sources: new Map(
    [
      source('Events', event, {
        account: 'Accounts',
        bookings: 'Bookings',
        venue: 'Venues',
        parent: 'Events',
        'Location/Country': 'Countries',
        'Places/Country': 'Countries',
        'sessions/speaker': 'Contacts',
        'sessions/slots/helper': 'Contacts',
        'EM.Gala/sponsor': 'Accounts',
        'EM.Gala/host': 'Contacts',
        'EM.Meeting/host': 'Accounts',
      }),
      source('Bookings', booking, { event: 'Events', invoice: 'Invoices' }),
      source('Accounts', account, { invoices: 'Invoices', contacts: 'Contacts', events: 'Events' }),
      source('Invoices', invoice, { account: 'Accounts' }),
      source('Venues', venue, { events: 'Events', contacts: 'Contacts', 'Location/Country': 'Countries' }),
      source('Contacts', contact, { account: 'Accounts' }),
      source('Countries', country),
      source('Notes', note, { event: 'Events' }),
      source('Raws', raw),
      source('Me', account, { invoices: 'Invoices', contacts: 'Contacts', events: 'Events' }),
    ].map((source) => [source.name, source]),
  ),
  imports: new Map([
    [
      'TopAccounts',
      {
        kind: 'function',
        name: 'TopAccounts',
        operation: 'EM.TopAccounts',
        entitySet: 'Accounts',
        annotations: new Map(),
      },
    ],
  ]),
  operations: new Map(),
}
