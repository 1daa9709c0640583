import { asRow } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { type Json, type Row, sameKey } from '#row.ts'
import { type EnterpriseCall, type EnterpriseRoute, route } from './call.ts'
import { keyOf } from './generic.ts'
import { addRecord, editRecord, findRecord, organizationOf, type Records } from './records.ts'
import { type Subject, subjectNamed } from './subjects.ts'

const ORDERS = subjectNamed('ServiceOrders')
const ITEMS = subjectNamed('ServiceOrderItems')
const WORK_ORDERS = subjectNamed('WorkOrders')
const WORK_ORDER_ITEMS = subjectNamed('WorkOrderItems')
const REGISTRATIONS = subjectNamed('RegistrationOrders')
const TAX_RATE = 0.25

/** What orders can do beside being read and written. */
export const ORDER_VERBS: readonly EnterpriseRoute[] = [
  route('PUT', 'ServiceOrders/MoveOrder', (call) => Response.json(moveOne(call, ORDERS))),
  route('PUT', 'ServiceOrders/MoveOrdersBulk', (call) => moveMany(call, ORDERS)),
  route('PUT', 'RegistrationOrders/MoveOrder', (call) => Response.json(moveOne(call, REGISTRATIONS))),
  route('PUT', 'RegistrationOrders/MoveOrdersBulk', (call) => moveMany(call, REGISTRATIONS)),
  route('PUT', 'ServiceOrders/{OrgCode}/{OrderNumber}/CompleteWorkOrders', completeWorkOrders),
  route('PUT', 'WorkOrderItems/CompleteItem', completeItem),
  route('POST', 'RegistrationOrders/CalculateTaxes', calculateTaxes),
  route('POST', 'ServiceOrderItems/SaveNewItemToExistingPackage', addToPackage),
]

function moveOne({ body, records }: EnterpriseCall, subject: Subject): Row {
  const { Event: event = null, OrderNumber: number = null, ...rest } = asRow(body)
  return moveOrder(records, subject, { rest, number, event })
}

function moveMany({ body, records }: EnterpriseCall, subject: Subject): Response {
  const { Event: event = null, OrderNumbers: numbers, ...rest } = asRow(body)
  if (!Array.isArray(numbers)) throw new Refusal(400, 'OrderNumbers must be a list of order numbers.')
  return Response.json(numbers.map((number: Json) => moveOrder(records, subject, { rest, number, event })))
}

type Move = { readonly rest: Row; readonly number: Json; readonly event: Json }

/** Lines and work orders go along with their order, or they would belong to two events. */
function moveOrder(records: Records, subject: Subject, { rest, number, event }: Move): Row {
  if (event === null) throw new Refusal(400, 'Event, where the order moves to, is required.')
  const organization = Object.values(organizationOf(records, subject, rest))[0]
  const old = findRecord(records, subject, [organization, number])
  const moved = editRecord(records, subject, { old, body: { Event: event } })
  if (subject !== ORDERS) return moved
  for (const [follower, property] of [
    [ITEMS, 'OrderNumber'],
    [WORK_ORDERS, 'Order'],
  ] as const)
    for (const row of rowsWith(records, follower, [property, number]))
      editRecord(records, follower, { old: row, body: { Event: event } })
  return moved
}

function rowsWith(
  { tables }: Records,
  { name }: Subject,
  [property, value]: readonly [string, Json],
): readonly Row[] {
  return tables.rows(name).filter((row) => sameKey(row[property], value))
}

function completeWorkOrders(call: EnterpriseCall): Response {
  const { records } = call
  const number = findRecord(records, ORDERS, keyOf(call, ORDERS))['OrderNumber'] ?? null
  const body = { Status: 'Completed' }
  for (const old of rowsWith(records, WORK_ORDER_ITEMS, ['OrderNumber', number]))
    editRecord(records, WORK_ORDER_ITEMS, { old, body })
  const orders = rowsWith(records, WORK_ORDERS, ['Order', number])
  return Response.json(orders.map((old) => editRecord(records, WORK_ORDERS, { old, body })))
}

function completeItem({ body, records }: EnterpriseCall): Response {
  const item = asRow(body)
  const organization = Object.values(organizationOf(records, WORK_ORDER_ITEMS, item))[0]
  const old = findRecord(records, WORK_ORDER_ITEMS, [
    organization,
    item['OrderNumber'],
    item['OrderLineNumber'],
  ])
  return Response.json(editRecord(records, WORK_ORDER_ITEMS, { old, body: { Status: 'Completed' } }))
}

/** Calculates only; nothing is stored. */
function calculateTaxes({ body, records }: EnterpriseCall): Response {
  const order = asRow(body)
  organizationOf(records, REGISTRATIONS, order)
  const subtotal = order['Subtotal'] ?? 0
  if (typeof subtotal !== 'number') throw new Refusal(400, 'Subtotal must be a number.')
  const tax = Math.round(subtotal * TAX_RATE * 100) / 100
  return Response.json({ ...order, Subtotal: subtotal, TaxTotal: tax, OrderedTotal: subtotal + tax })
}

function addToPackage({ body, records }: EnterpriseCall): Response {
  const item = asRow(body)
  if (typeof item['Package'] !== 'string')
    throw new Refusal(400, 'Package, which the item joins, is required.')
  return Response.json(addRecord(records, ITEMS, item))
}
