import type { Row } from '#row.ts'
import { at } from './dates.ts'
import { FIRST_EVENT_ID, PLANNED, type Planned } from './enterprise-events.ts'
import { ENTERPRISE_SETUP, ORG } from './enterprise-setup.ts'
import { createSeeded } from './seeded.ts'

const seeded = createSeeded(4711)
const here: Row = { OrganizationCode: ORG }
const PRICES = (ENTERPRISE_SETUP['PriceListItems'] ?? []).filter((item) => item['PriceList'] === 'STD26')

function orderNumber({ id }: Planned): number {
  return 20_001 + id - FIRST_EVENT_ID
}

/** The number of what follows from an order is its own number, further on: easy to see while debugging. */
function invoiceNumber(planned: Planned): number {
  return orderNumber(planned) + 30_000
}

type Line = { readonly planned: Planned; readonly line: number; readonly price: Row; readonly units: number }

/** Each order takes four of the ten resources, a different four from event to event. */
const LINES: readonly Line[] = PLANNED.flatMap((planned, index) =>
  [0, 1, 2, 3].flatMap((offset) => {
    const price = PRICES[(index + offset * 3) % PRICES.length]
    return price === undefined ? [] : [{ planned, line: offset + 1, price, units: seeded.whole(1, 60) }]
  }),
)

function amountOf({ price, units }: Line): number {
  return Math.round(Number(price['Price']) * units * 100) / 100
}

function totalOf(planned: Planned): number {
  const lines = LINES.filter((line) => line.planned === planned)
  return Math.round(lines.reduce((sum, line) => sum + amountOf(line), 0) * 100) / 100
}

function departmentOf({ price }: Line): string {
  const resource = ENTERPRISE_SETUP['Resources']?.find((row) => row['Code'] === price['ResourceCode'])
  return String(resource?.['Department'])
}

const serviceOrders = PLANNED.map(
  (planned): Row => ({
    ...here,
    OrderNumber: orderNumber(planned),
    Event: planned.id,
    Function: 3,
    Account: planned.account,
    OrderStatus: 'Open',
    PriceList: 'STD26',
    OrderedTotal: totalOf(planned),
    OrderDate: at(Math.max(0, planned.firstDay - 30)),
  }),
)

const serviceOrderItems = LINES.map(
  (line): Row => ({
    ...here,
    OrderNumber: orderNumber(line.planned),
    OrderLineNumber: line.line,
    Event: line.planned.id,
    Function: 3,
    ResourceCode: line.price['ResourceCode'] ?? null,
    Description: `Line ${line.line}`,
    Units: line.units,
    UnitCharge: Number(line.price['Price']),
    Amount: amountOf(line),
    PriceList: 'STD26',
    PriceListDetailSeqNbr: line.price['Sequence'] ?? null,
    Package: null,
  }),
)

/** One work order for each department that an order needs. */
const workOrders = PLANNED.flatMap((planned) => {
  const departments = new Set(LINES.filter((line) => line.planned === planned).map(departmentOf))
  return [...departments].map(
    (department): Row => ({
      ...here,
      Order: orderNumber(planned),
      Department: department,
      Event: planned.id,
      Status: 'Open',
      StartDate: at(planned.firstDay - 1, '07:00'),
    }),
  )
})

const workOrderItems = LINES.map(
  (line): Row => ({
    ...here,
    OrderNumber: orderNumber(line.planned),
    OrderLineNumber: line.line,
    Department: departmentOf(line),
    ResourceCode: line.price['ResourceCode'] ?? null,
    Units: line.units,
    Status: 'Open',
  }),
)

const registrationOrders = PLANNED.slice(0, 25).map(
  (planned, index): Row => ({
    ...here,
    OrderNumber: 80_001 + index,
    Event: planned.id,
    Account: planned.account,
    RegistrantType: seeded.pick(['Visitor', 'Speaker', 'Press']),
    OrderStatus: 'Confirmed',
    Subtotal: 120,
    TaxTotal: 30,
    OrderedTotal: 150,
  }),
)

/** Events that are over have been invoiced; every third invoice is still open. */
const INVOICED = PLANNED.slice(0, 40)

const invoices = INVOICED.map(
  (planned, index): Row => ({
    ...here,
    InvoiceNumber: invoiceNumber(planned),
    Source: 'AR',
    Event: planned.id,
    InvoiceDate: at(planned.firstDay + planned.days + 2),
    DueDate: at(planned.firstDay + planned.days + 32),
    BillToAccount: planned.account,
    Amount: totalOf(planned),
    AmountDue: index % 3 === 2 ? totalOf(planned) : 0,
    Status: index % 3 === 2 ? 'Open' : 'Paid',
    Memo: null,
  }),
)

const invoiceDetails = LINES.filter(({ planned }) => INVOICED.includes(planned)).map(
  (line): Row => ({
    ...here,
    InvoiceNumber: invoiceNumber(line.planned),
    Source: 'AR',
    OrderNumber: orderNumber(line.planned),
    OrderLine: line.line,
    Description: `Line ${line.line}`,
    Amount: amountOf(line),
    GLAccount: '3100',
    SubAccount: '10',
  }),
)

const payments = INVOICED.filter((_, index) => index % 3 !== 2).map(
  (planned, index): Row => ({
    ...here,
    AccountCode: planned.account,
    Sequence: index + 1,
    InvoiceNumber: invoiceNumber(planned),
    Source: 'AR',
    Amount: totalOf(planned),
    PaymentDate: at(planned.firstDay + planned.days + 20),
    PaymentType: seeded.pick(['Transfer', 'Card']),
  }),
)

/** Orders, and the money that follows from them. */
export const ENTERPRISE_ORDERS: Readonly<Record<string, readonly Row[]>> = {
  ServiceOrders: serviceOrders,
  ServiceOrderItems: serviceOrderItems,
  WorkOrders: workOrders,
  WorkOrderItems: workOrderItems,
  RegistrationOrders: registrationOrders,
  Invoices: invoices,
  InvoiceDetails: invoiceDetails,
  Payments: payments,
}
