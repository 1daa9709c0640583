import { asRow, asRows } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { isRow, type Json, type Row, sameKey, textOf } from '#row.ts'
import {
  change,
  checkBody,
  type EliteCall,
  type EliteRoute,
  findById,
  nextId,
  route,
  rowsWhere,
} from './call.ts'
import { addRow } from './generic.ts'

/** Booked spaces, functions, contacts, invoices and tasks, where they differ from the generic form. */
export const OTHER_ROUTES: readonly EliteRoute[] = [
  route('POST', 'booked-spaces', addBookedSpace),
  route('GET', 'booked-spaces/{eventId}', (call) => Response.json(spacesOf(call, false))),
  route('GET', 'booked-spaces/{eventId}/removed-spaces', (call) => Response.json(spacesOf(call, true))),
  route('DELETE', 'booked-spaces/{eventId}/{bookedSpaceId}', removeBookedSpace),
  route('GET', 'functions', functionsByDateRange),
  route('GET', 'functions/item-allocations', getItemAllocations),
  route('POST', 'functions/{functionId}/add-item-allocations', addItemAllocations),
  route('PUT', 'functions/{functionId}/change-item-allocations', changeItemAllocations),
  route('DELETE', 'functions/{functionId}/remove-item-allocations', removeItemAllocations),
  route('PUT', 'contacts/{contactId}/active', setContactActive),
  route('PUT', 'invoices/{invoiceId}/payment-allocation', (call) => allocate(call, 'payments')),
  route('PUT', 'invoices/{invoiceId}/credit-allocation', (call) => allocate(call, 'credits')),
  route('PUT', 'tasks/{taskId}/complete', completeTask),
  route('DELETE', 'tasks/{taskId}', deleteTask),
]

function addBookedSpace(call: EliteCall): Response {
  const required = ['eventId', 'roomId', 'date']
  return Response.json(addRow(call, 'bookedSpaces', { body: asRow(call.body), required }))
}

function spacesOf(call: EliteCall, removed: boolean): readonly Row[] {
  const id = findById(call, 'events', call.params['eventId'])['id'] ?? null
  return rowsWhere(call, 'bookedSpaces', ['eventId', id]).filter((space) => space['isRemoved'] === removed)
}

/** A removed space stays readable among the removed ones. */
function removeBookedSpace(call: EliteCall): Response {
  const old = spacesOf(call, false).find((space) => sameKey(space['id'], call.params['bookedSpaceId']))
  if (old === undefined) throw new Refusal(404, 'The event has no such booked space.')
  call.tables.replace('bookedSpaces', old, { ...old, isRemoved: true })
  return new Response(null, { status: 204 })
}

function functionsByDateRange({ query, tables }: EliteCall): Response {
  const dates = ['startDate', 'endDate'].map((field) => ({ field, text: query.get(field) ?? '' }))
  const wrong = dates.filter(({ text }) => Number.isNaN(Date.parse(text)))
  if (wrong.length > 0)
    throw new Refusal(
      400,
      'The request is not valid.',
      wrong.map(({ field }) => ({ field, message: 'must be a date' })),
    )
  const [from = '', to = ''] = dates.map(({ text }) => text.slice(0, 10))
  const dayOf = (row: Row): string => (textOf(row, 'startDateTime') ?? '').slice(0, 10)
  return Response.json(tables.rows('functions').filter((row) => dayOf(row) >= from && dayOf(row) <= to))
}

function allocationsOf(row: Row): readonly Row[] {
  const value: Json | undefined = row['itemAllocations']
  return Array.isArray(value) ? value.filter(isRow) : []
}

function functionOf(call: EliteCall): Row {
  return findById(call, 'functions', call.params['functionId'])
}

function getItemAllocations(call: EliteCall): Response {
  const id = call.query.get('functionId')
  if (id === null)
    throw new Refusal(400, 'The request is not valid.', [{ field: 'functionId', message: 'is required' }])
  return Response.json(allocationsOf(findById(call, 'functions', id)))
}

const ALLOCATION: Row = { name: '', quantity: 0 }

function addItemAllocations(call: EliteCall): Response {
  const old = functionOf(call)
  const every = call.tables.rows('functions').flatMap(allocationsOf)
  const added = asRows(call.body).reduce<readonly Row[]>((list, item) => {
    const checked = checkBody(call, ALLOCATION, { body: item, required: ['name', 'quantity'] })
    return [...list, { ...checked, id: nextId([...every, ...list]) }]
  }, [])
  return change(call, 'functions', { old, by: { itemAllocations: [...allocationsOf(old), ...added] } })
}

function changeItemAllocations(call: EliteCall): Response {
  const old = functionOf(call)
  const changes = asRows(call.body)
  const unknown = changes.find(({ id }) => !allocationsOf(old).some((one) => sameKey(one['id'], id)))
  if (unknown !== undefined) throw new Refusal(404, `Allocation ${String(unknown['id'])} was not found.`)
  const changed = allocationsOf(old).map((one) => {
    const by = changes.find(({ id }) => sameKey(id, one['id']))
    return by === undefined ? one : { ...one, ...checkBody(call, ALLOCATION, { body: by }) }
  })
  return change(call, 'functions', { old, by: { itemAllocations: changed } })
}

/** The ids to remove come in the body, or all are removed where there is none. */
function removeItemAllocations(call: EliteCall): Response {
  const old = functionOf(call)
  const ids = call.body === undefined ? undefined : isRow(call.body) ? Object.values(call.body)[0] : call.body
  if (ids !== undefined && !Array.isArray(ids))
    throw new Refusal(400, 'The body must be a list of allocation ids.')
  const kept = allocationsOf(old).filter((one) => ids !== undefined && !ids.includes(one['id']))
  call.tables.replace('functions', old, { ...old, itemAllocations: kept })
  return new Response(null, { status: 204 })
}

function setContactActive(call: EliteCall): Response {
  const status = call.query.get('activeStatus')?.toLowerCase()
  if (status !== 'true' && status !== 'false')
    throw new Refusal(400, 'The request is not valid.', [
      { field: 'activeStatus', message: 'must be true or false' },
    ])
  const old = findById(call, 'contacts', call.params['contactId'])
  return change(call, 'contacts', { old, by: { isActive: status === 'true' } })
}

/** Sets what a payment or credit covers of an invoice; the balance follows. */
function allocate(call: EliteCall, table: 'payments' | 'credits'): Response {
  const field = table === 'payments' ? 'paymentId' : 'creditId'
  const property = table === 'payments' ? 'paymentAllocations' : 'creditAllocations'
  const old = findById(call, 'invoices', call.params['invoiceId'])
  const sample = { [field]: '', amount: 0 }
  const given = checkBody(call, sample, { body: asRow(call.body), required: [field, 'amount'] })
  const id = findById(call, table, given[field])['id'] ?? null
  const others = partsOf(old, property).filter((one) => one['id'] !== id)
  const changed = { ...old, [property]: [...others, { id, amount: given['amount'] ?? 0 }] }
  const covered = [...partsOf(changed, 'paymentAllocations'), ...partsOf(changed, 'creditAllocations')]
  const balance = covered.reduce((rest, one) => rest - Number(one['amount']), Number(old['total']))
  return change(call, 'invoices', { old, by: { ...changed, balance } })
}

function partsOf(row: Row, property: string): readonly Row[] {
  const value: Json | undefined = row[property]
  return Array.isArray(value) ? value.filter(isRow) : []
}

function completeTask(call: EliteCall): Response {
  const old = findById(call, 'tasks', call.params['taskId'])
  return change(call, 'tasks', { old, by: { isComplete: true } })
}

function deleteTask(call: EliteCall): Response {
  call.tables.remove('tasks', findById(call, 'tasks', call.params['taskId']))
  return new Response(null, { status: 204 })
}
