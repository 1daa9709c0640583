import { asRow } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { type Json, type Row, sameKey } from '#row.ts'
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
import { page, readPaging } from './paging.ts'

type Collection = { readonly path: string; readonly table: string; readonly id: string }

function collection(path: string, id: string, table = path): Collection {
  return { path, table, id }
}

const ACCOUNTS = collection('accounts', 'accountId')
const CONTACTS = collection('contacts', 'contactId')
const EVENTS = collection('events', 'eventId')
const FUNCTIONS = collection('functions', 'functionId')
const INVOICES = collection('invoices', 'invoiceId')
const PAYMENTS = collection('payments', 'paymentId')
const CREDITS = collection('credits', 'creditId')
const REFUNDS = collection('refunds', 'refundId')
const TASKS = collection('tasks', 'taskId')
const PRICE_SCHEDULES = collection('price-schedules', 'priceScheduleId', 'priceSchedules')

const ALL = [
  ACCOUNTS,
  CONTACTS,
  EVENTS,
  FUNCTIONS,
  INVOICES,
  PAYMENTS,
  CREDITS,
  REFUNDS,
  TASKS,
  PRICE_SCHEDULES,
]
const WITH_EXTERNAL_IDS = [ACCOUNTS, CONTACTS, EVENTS, FUNCTIONS, INVOICES, PAYMENTS, CREDITS]

/** Everything that goes the same way in several collections. */
export function genericRoutes(setupLists: readonly string[]): readonly EliteRoute[] {
  return [
    ...ALL.map(getOne),
    ...WITH_EXTERNAL_IDS.flatMap(externalIds),
    ...setupLists.map((path) => route('GET', path, ({ tables }) => Response.json(tables.rows(path)))),
    search(ACCOUNTS),
    search(CONTACTS),
    search(PRICE_SCHEDULES),
    listBy(CONTACTS, 'account', 'accountId'),
    listBy(FUNCTIONS, 'event', 'eventId'),
    listBy(INVOICES, 'event', 'eventId'),
    ...[PAYMENTS, CREDITS, REFUNDS].flatMap((money) => [
      listBy(money, 'account', 'accountId'),
      listBy(money, 'event', 'eventId'),
      create(money, 'create', ['accountId', 'amount']),
    ]),
    byUniqueNumber(INVOICES),
    byUniqueNumber(PAYMENTS),
    create(ACCOUNTS, 'create', ['name']),
    create(CONTACTS, 'create', ['accountId', 'firstName', 'lastName']),
    create(EVENTS, 'create', ['name', 'venueIds', 'startDate', 'endDate']),
    create(FUNCTIONS, 'create', ['eventId', 'name']),
    create(TASKS, '', ['name']),
    update(ACCOUNTS),
    update(CONTACTS),
    update(EVENTS),
    update(TASKS),
  ]
}

function getOne({ path, table, id }: Collection): EliteRoute {
  return route('GET', `${path}/{${id}}`, (call) => Response.json(findById(call, table, call.params[id])))
}

function listBy({ path, table }: Collection, by: string, property: string): EliteRoute {
  return route('GET', `${path}/${by}/{id}`, (call) =>
    Response.json(rowsWhere(call, table, [property, call.params['id'] ?? ''])),
  )
}

function byUniqueNumber({ path, table }: Collection): EliteRoute {
  return route('GET', `${path}/unique-number/{uniqueNumber}`, (call) => {
    const number = call.params['uniqueNumber'] ?? ''
    const [found] = rowsWhere(call, table, ['uniqueNumber', number])
    if (found === undefined) throw new Refusal(404, `${number} was not found.`)
    return Response.json(found)
  })
}

/** searchText in any part of the name, and the two kinds of account that can be left out. */
function search({ path, table }: Collection): EliteRoute {
  return route('GET', path, ({ query, tables }) => {
    const text = (query.get('searchText') ?? '').toLowerCase()
    const without = (name: string): boolean => query.get(name)?.toLowerCase() === 'false'
    const found = tables
      .rows(table)
      .filter((row) => String(row['name']).toLowerCase().includes(text))
      .filter((row) => !(without('includeClient') && row['isClient'] === true))
      .filter((row) => !(without('includeExhibitor') && row['isExhibitor'] === true))
    return Response.json(
      page(
        found,
        readPaging((name) => query.get(name) ?? undefined),
      ),
    )
  })
}

function create({ path, table }: Collection, verb: string, required: readonly string[]): EliteRoute {
  return route('POST', verb === '' ? path : `${path}/${verb}`, (call) =>
    Response.json(addRow(call, table, { body: asRow(call.body), required })),
  )
}

/** What the body leaves out is empty: no text, no items, zero, false. */
export function addRow(
  call: EliteCall,
  table: string,
  { body, required }: { readonly body: Row; readonly required: readonly string[] },
): Row {
  const rows = call.tables.rows(table)
  const sample = rows[0] ?? {}
  const given = checkBody(call, sample, { body, required })
  const blank = Object.fromEntries(Object.entries(sample).map(([field, value]) => [field, blankOf(value)]))
  const numbered = 'uniqueNumber' in sample ? { uniqueNumber: `N-${rows.length + 1}` } : {}
  return call.tables.add(table, { ...blank, ...numbered, ...given, id: nextId(rows) })
}

function blankOf(value: Json): Json {
  if (Array.isArray(value)) return []
  if (typeof value === 'number') return 0
  return typeof value === 'boolean' ? false : null
}

function update({ path, table, id }: Collection): EliteRoute {
  return route('PUT', `${path}/{${id}}/update`, (call) => {
    const old = findById(call, table, call.params[id])
    return change(call, table, { old, by: checkBody(call, old, { body: asRow(call.body) }) })
  })
}

/** Other systems hang their own ids on rows and find the rows by them again. */
function externalIds({ path, table, id }: Collection): readonly EliteRoute[] {
  const idsOf = (row: Row): readonly Row[] => (row['externalIds'] ?? []) as readonly Row[]
  return [
    route('PUT', `${path}/{${id}}/external-id`, (call) => {
      const { key, value } = checkBody(
        call,
        { key: '', value: '' },
        { body: asRow(call.body), required: ['key', 'value'] },
      )
      const old = findById(call, table, call.params[id])
      const others = idsOf(old).filter((one) => one['key'] !== key)
      return change(call, table, {
        old,
        by: { externalIds: [...others, { key: key ?? null, value: value ?? null }] },
      })
    }),
    route('DELETE', `${path}/{${id}}/external-id/{key}`, (call) => {
      const old = findById(call, table, call.params[id])
      const others = idsOf(old).filter((one) => one['key'] !== call.params['key'])
      call.tables.replace(table, old, { ...old, externalIds: others })
      return new Response(null, { status: 204 })
    }),
    route('GET', `${path}/external-id/{key}/{value}`, ({ params, tables }) => {
      const has = (one: Row): boolean =>
        one['key'] === params['key'] && sameKey(one['value'], params['value'])
      const found = tables.rows(table).find((row) => idsOf(row).some(has))
      if (found === undefined) throw new Refusal(404, 'No row has this external id.')
      return Response.json(found)
    }),
  ]
}
