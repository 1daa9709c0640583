/** Rows of one subject point at a row of another: each pair is a property here and its property there. */
export type Reference = {
  readonly to: string
  readonly on: readonly (readonly [own: string, theirs: string])[]
}

/** list, get, add, edit, delete, bulk: what the published list offers for a subject. */
export type Operation = 'list' | 'get' | 'add' | 'edit' | 'delete' | 'bulk'

export type Subject = {
  readonly name: string
  /** The real API says Organization in some subjects and OrganizationCode in others. */
  readonly organization: 'Organization' | 'OrganizationCode' | undefined
  /** The key after the organization, in the order of the path. */
  readonly keys: readonly string[]
  readonly operations: readonly Operation[]
  readonly references: readonly Reference[]
}

const READ: readonly Operation[] = ['list', 'get']
const KEEP: readonly Operation[] = [...READ, 'add', 'edit']
const ALL: readonly Operation[] = [...KEEP, 'delete']

/** A reference by one property; undefined theirs means that both sides use the same name. */
function to(name: string, own: string, theirs: string = own): Reference {
  return { to: name, on: [[own, theirs]] }
}

type Partners = Pick<Subject, 'organization'>
const O: Partners = { organization: 'Organization' }
const OC: Partners = { organization: 'OrganizationCode' }
const NONE: Partners = { organization: undefined }

function subject(
  name: string,
  keys: readonly string[],
  { organization, operations, references = [] }: Partners & Partial<Subject>,
): Subject {
  return { name, keys, organization, operations: operations ?? READ, references }
}

const EVENT = to('Events', 'Event', 'EventID')
const EVENT_ID = to('Events', 'EventID')
const ACCOUNT = to('Accounts', 'Account', 'AccountCode')
const ACCOUNT_CODE = to('Accounts', 'AccountCode')
const BILL_TO = to('Accounts', 'BillToAccount', 'AccountCode')
const SPACE = to('Spaces', 'Space', 'Code')
const RESOURCE = to('Resources', 'ResourceCode', 'Code')
const PRICE_LIST = to('PriceList', 'PriceList', 'Code')
const ORDER = to('ServiceOrders', 'OrderNumber')
const FUNCTION: Reference = {
  to: 'Functions',
  on: [
    ['Event', 'EventID'],
    ['Function', 'FunctionID'],
  ],
}
const INVOICE: Reference = {
  to: 'Invoices',
  on: [
    ['InvoiceNumber', 'InvoiceNumber'],
    ['Source', 'Source'],
  ],
}
const WORK_ORDER: Reference = {
  to: 'WorkOrders',
  on: [
    ['OrderNumber', 'Order'],
    ['Department', 'Department'],
  ],
}

/** Everything served at /api/v1, one line per subject. */
export const SUBJECTS: readonly Subject[] = [
  subject('Organizations', ['OrganizationCode'], NONE),
  subject('Countries', ['Code'], OC),
  subject('CurrencyCodes', ['Code'], NONE),
  subject('States', ['CountryCode', 'Code'], {
    ...NONE,
    references: [to('Countries', 'CountryCode', 'Code')],
  }),
  subject('Departments', ['Code'], OC),
  subject('EventStatuses', ['Code'], OC),
  subject('EventJobTypes', ['Code'], OC),
  subject('Usages', ['Code'], OC),
  subject('GLAccounts', ['GLAccount', 'SubAccount'], OC),
  subject('SpaceHierarchyLevelOnes', ['LevelOneSequence'], OC),
  subject('SpaceHierarchyLevelTwos', ['LevelOneSequence', 'LevelTwoSequence'], {
    ...OC,
    references: [to('SpaceHierarchyLevelOnes', 'LevelOneSequence')],
  }),
  subject('Spaces', ['Code'], { ...O, operations: KEEP }),
  subject('SpaceComponents', ['Space', 'Component'], {
    ...OC,
    references: [SPACE, to('Spaces', 'Component', 'Code')],
  }),
  subject('Resources', ['Sequence'], {
    ...OC,
    operations: ALL,
    references: [to('Departments', 'Department', 'Code')],
  }),
  subject('InventoryItems', ['Code'], OC),
  subject('PriceList', ['Code'], { ...OC, operations: ALL }),
  subject('PriceListItems', ['PriceList', 'Sequence'], {
    ...OC,
    operations: ALL,
    references: [PRICE_LIST, RESOURCE],
  }),
  subject('Accounts', ['AccountCode'], { ...O, operations: [...KEEP, 'bulk'] }),
  subject('Activities', ['AccountCode', 'SequenceNumber'], {
    ...OC,
    operations: ALL,
    references: [ACCOUNT_CODE],
  }),
  subject('Opportunities', ['AccountCode', 'Occurrence'], {
    ...OC,
    operations: ALL,
    references: [ACCOUNT_CODE],
  }),
  subject('Notes', ['Type', 'Code', 'SequenceNumber'], { ...OC, operations: ALL }),
  subject('EventOpportunities', ['MeetingSequence'], { ...OC, operations: KEEP, references: [ACCOUNT_CODE] }),
  subject('Events', ['EventID'], {
    ...O,
    operations: KEEP,
    references: [ACCOUNT, to('EventStatuses', 'Status', 'Code'), to('Spaces', 'AnchorVenue', 'Code')],
  }),
  subject('Bookings', ['Event', 'SequenceNumber'], {
    ...OC,
    operations: [...KEEP, 'bulk'],
    references: [EVENT, SPACE, to('Usages', 'Usage', 'Code')],
  }),
  subject('Functions', ['EventID', 'FunctionID'], {
    ...OC,
    operations: ['list', 'get', 'edit', 'delete'],
    references: [EVENT_ID, SPACE],
  }),
  subject('Documents', ['Type', 'SequenceNumber'], { ...OC, operations: ALL, references: [EVENT] }),
  subject('Exhibitors', ['ExhibitorID'], { ...OC, operations: KEEP, references: [EVENT_ID, ACCOUNT_CODE] }),
  subject('Contracts', ['Sequence'], { ...OC, references: [EVENT_ID, ACCOUNT_CODE] }),
  subject('ServiceOrders', ['OrderNumber'], {
    ...OC,
    operations: KEEP,
    references: [EVENT, FUNCTION, ACCOUNT, PRICE_LIST],
  }),
  subject('ServiceOrderItems', ['OrderNumber', 'OrderLineNumber'], {
    ...OC,
    operations: [...ALL, 'bulk'],
    references: [ORDER, EVENT, FUNCTION, RESOURCE, PRICE_LIST],
  }),
  subject('WorkOrders', ['Order', 'Department'], {
    ...OC,
    references: [to('ServiceOrders', 'Order', 'OrderNumber'), EVENT, to('Departments', 'Department', 'Code')],
  }),
  subject('WorkOrderItems', ['OrderNumber', 'OrderLineNumber'], {
    ...OC,
    references: [WORK_ORDER, RESOURCE],
  }),
  subject('RegistrationOrders', ['OrderNumber'], {
    ...OC,
    operations: [...KEEP, 'bulk'],
    references: [EVENT, ACCOUNT],
  }),
  subject('Invoices', ['InvoiceNumber', 'Source'], {
    ...OC,
    operations: ['list', 'get', 'edit'],
    references: [EVENT, BILL_TO],
  }),
  subject('InvoiceDetails', ['InvoiceNumber', 'OrderNumber', 'OrderLine'], {
    ...OC,
    references: [INVOICE, ORDER],
  }),
  subject('Payments', ['AccountCode', 'Sequence'], {
    ...OC,
    operations: KEEP,
    references: [ACCOUNT_CODE, INVOICE],
  }),
  subject('Users', ['ID'], { ...NONE, operations: KEEP }),
  subject('UserRoles', ['User', 'Role'], {
    ...NONE,
    operations: ['list', 'get', 'add', 'delete'],
    references: [to('Users', 'User', 'ID')],
  }),
  subject('Webhooks', ['SequenceNumber'], { ...OC, operations: ALL }),
  subject('ExternalDiagrams', ['ID'], { ...NONE, operations: ['get', 'edit'], references: [EVENT_ID] }),
]

/** A subject that this file is known to hold; a miss is a fault of the sandbox, not of its caller. */
export function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no subject ${name}`)
  return found
}
