const COMMON: Readonly<Record<string, string>> = {
  OrgCode: '10',
  AccountCode: '00001001',
  Event: '9001',
  EventID: '9001',
  SequenceNumber: '1',
  Sequence: '1',
  FunctionID: '1',
  TargetFunctionID: '1',
  ParentFunctionID: '2',
  OrderNumber: '20001',
  Order: '20001',
  OrderLineNumber: '1',
  OrderLine: '1',
  InvoiceNumber: '50001',
  Source: 'AR',
  MeetingSequence: '501',
  ExhibitorID: '301',
  Occurrence: '1',
  PriceList: 'STD26',
  GLAccount: '3000',
  SubAccount: '10',
  Space: 'HALL-AB',
  Component: 'HALL-A',
  LevelOneSequence: '1',
  LevelTwoSequence: '1',
  User: 'MLIND',
  Role: 'ADMIN',
  SourceID: 'MLIND',
  Department: 'OPS',
  accountId: 'account-1076',
  contactId: 'contact-501',
  eventId: 'event-12176-A',
  functionId: 'function-9001-A',
  invoiceId: 'invoice-3001-A',
  paymentId: 'payment-4001-A',
  bookedSpaceId: 'booked-space-7001-A',
  priceScheduleId: 'price-schedule-1',
}

/** Parameters whose meaning depends on the collection, by the start of the path. */
const SPECIAL: readonly (readonly [path: string, name: string, value: string])[] = [
  ['Contracts', 'Sequence', '701'],
  ['Departments', 'Code', 'OPS'],
  ['EventJobTypes', 'Code', 'SALES'],
  ['EventStatuses', 'Code', '10'],
  ['InventoryItems', 'Code', 'INV-CHAIR'],
  ['Notes', 'Type', 'ACCOUNT'],
  ['Notes', 'Code', '00001001'],
  ['Documents', 'Type', 'EVENT'],
  ['PriceList/', 'Code', 'STD26'],
  ['Spaces', 'Code', 'ROOM 1/2'],
  ['Usages', 'Code', 'EV'],
  ['RegistrationOrders', 'OrderNumber', '80001'],
  ['Users', 'ID', 'TJANS'],
  ['ExternalDiagrams', 'ID', '1'],
  ['invoices', 'uniqueNumber', 'I-2000'],
  ['payments', 'uniqueNumber', 'P-4001'],
]

/** A key that exists in the made-up data, for a parameter of a path template. */
export function keyFor(path: string, name: string): string {
  const special = SPECIAL.find(([part, parameter]) => parameter === name && path.includes(`/${part}`))
  const value = special?.[2] ?? COMMON[name]
  if (value === undefined) throw new Error(`no key for ${name} in ${path}`)
  return value
}

export function queryFor(path: string): string {
  if (path === '/v1/functions/item-allocations') return '?functionId=function-9001-A'
  if (path === '/v1/functions') return '?startDate=2026-01-01&endDate=2026-03-31'
  if (path.endsWith('/active')) return '?activeStatus=false'
  return path.startsWith('/api/v1') && path.endsWith('{OrgCode}') ? '?search=All' : ''
}

const ORG = { Organization: '10', OrganizationCode: '10' }
const EVENT_DATES = { StartDate: '2026-06-01T00:00:00', EndDate: '2026-06-02T00:00:00' }

/** Bodies that a plain pair of organization and description would not do for. */
const ENTERPRISE_BODIES: Readonly<Record<string, unknown>> = {
  '/api/v1/Events/AddFromProfile': { ...ORG, ProfileEventID: 9001, Description: 'Again' },
  '/api/v1/Events/Restore': { ...ORG, EventID: 9012 },
  '/api/v1/Events/{OrgCode}/{EventID}': { Description: 'Renamed', ...EVENT_DATES },
  '/api/v1/Functions/InsertAfter/{TargetFunctionID}': { ...ORG, EventID: 9001, Description: 'Coffee' },
  '/api/v1/Functions/InsertIndented/{ParentFunctionID}': { ...ORG, EventID: 9001, Description: 'Coffee' },
  '/api/v1/Bookings/AvailabilitySearch': { ...ORG, ...EVENT_DATES },
  '/api/v1/Bookings': { ...ORG, Event: 9001, Space: 'BOARD', Usage: 'EV', ...EVENT_DATES },
  '/api/v1/Bulk/Bookings': [{ ...ORG, Event: 9001, Space: 'BOARD' }],
  '/api/v1/Bulk/Accounts': [{ ...ORG, Name: 'New' }],
  '/api/v1/Bulk/RegistrationOrders': [{ ...ORG, Event: 9001, Account: '00001001' }],
  '/api/v1/Bulk/ServiceOrderItems': { Items: [{ ...ORG, OrderNumber: 20001, OrderLineNumber: 1, Units: 3 }] },
  '/api/v1/Spaces': { ...ORG, Code: 'ROOM 4', SpaceDescription: 'Meeting Room 4' },
  '/api/v1/PriceList': { ...ORG, Code: 'STD27', Description: 'Standard prices 2027' },
  '/api/v1/PriceListItems': { ...ORG, PriceList: 'STD26', ResourceCode: 'MIC', Price: 50 },
  '/api/v1/Documents': { ...ORG, Type: 'EVENT', Event: 9001, FileName: 'a.txt', Content: 'a' },
  '/api/v1/Notes': { ...ORG, Type: 'ACCOUNT', Code: '00001002', Title: 'Parking' },
  '/api/v1/Activities': { ...ORG, AccountCode: '00001001', Description: 'Call' },
  '/api/v1/Opportunities': { ...ORG, AccountCode: '00001001', Description: 'Next year' },
  '/api/v1/Payments': { ...ORG, AccountCode: '00001001', InvoiceNumber: 50001, Source: 'AR', Amount: 10 },
  '/api/v1/ServiceOrderItems': { ...ORG, OrderNumber: 20001, ResourceCode: 'MIC', Units: 2 },
  '/api/v1/ServiceOrderItems/SaveNewItemToExistingPackage': { ...ORG, OrderNumber: 20001, Package: 'AV' },
  '/api/v1/Users': { ID: 'NEWBIE', Name: 'New User' },
  '/api/v1/Users/{SourceID}/Copy': { ID: 'MLIND2' },
  '/api/v1/UserRoles': { User: 'TJANS', Role: 'SALES' },
  '/api/v1/WorkOrderItems/CompleteItem': { ...ORG, OrderNumber: 20001, OrderLineNumber: 1 },
  '/api/v1/RegistrationOrders/CalculateTaxes': { ...ORG, Subtotal: 200 },
  '/api/v1/RegistrationOrders/MoveOrder': { ...ORG, OrderNumber: 80001, Event: 9002 },
  '/api/v1/RegistrationOrders/MoveOrdersBulk': { ...ORG, OrderNumbers: [80001, 80002], Event: 9002 },
  '/api/v1/ServiceOrders/MoveOrder': { ...ORG, OrderNumber: 20001, Event: 9002 },
  '/api/v1/ServiceOrders/MoveOrdersBulk': { ...ORG, OrderNumbers: [20001, 20002], Event: 9002 },
}

const ELITE_BODIES: Readonly<Record<string, unknown>> = {
  '/v1/accounts/create': { name: 'New' },
  '/v1/contacts/create': { accountId: 'account-1076', firstName: 'A', lastName: 'B' },
  '/v1/booked-spaces': { eventId: 'event-12176-A', roomId: 'room-2453-A', date: '2026-02-01' },
  '/v1/events/create': {
    name: 'New',
    venueIds: ['venue-662-A'],
    startDate: '2026-02-01',
    endDate: '2026-02-01',
  },
  '/v1/events/{eventId}/contact': { contactId: 'contact-501', role: 'Billing' },
  '/v1/events/{eventId}/event-note': { text: 'Load in by the north dock.' },
  '/v1/events/{eventId}/set-attendance': { actualAttendance: 4000 },
  '/v1/events/{eventId}/change-price-schedule': { priceScheduleId: 'price-schedule-2' },
  '/v1/events/query-by-date-range': { startDate: '2026-01-01', endDate: '2026-02-01' },
  '/v1/events/all': { venueIds: ['venue-662-A'] },
  '/v1/functions/create': { eventId: 'event-12176-A', name: 'Curfew' },
  '/v1/functions/{functionId}/add-item-allocations': [{ name: 'Forklift', quantity: 1 }],
  '/v1/functions/{functionId}/change-item-allocations': [{ id: 'allocation-1', quantity: 9 }],
  '/v1/invoices/{invoiceId}/payment-allocation': { paymentId: 'payment-4001-A', amount: 500 },
  '/v1/invoices/{invoiceId}/credit-allocation': { creditId: 'credit-5001-A', amount: 150 },
  '/v1/payments/create': { accountId: 'account-1076', amount: 12.5 },
}

/** A body that the operation takes. */
export function bodyFor(api: string, method: string, path: string): unknown {
  if (api === 'elite') return ELITE_BODIES[path] ?? (method === 'PUT' ? { name: 'Renamed' } : {})
  return ENTERPRISE_BODIES[path] ?? ORG
}
