import { asRow } from '#body.ts'
import { type FieldProblem, Refusal } from '#refusal.ts'
import { isRow, type Json, type Row, textOf } from '#row.ts'
import { change, checkBody, type EliteCall, type EliteRoute, findById, nextId, route } from './call.ts'
import { page, readPaging } from './paging.ts'

/** What events can do beside being read and written. */
export const EVENT_ROUTES: readonly EliteRoute[] = [
  setter('cancel', () => ({ isCanceled: true })),
  setter('uncancel', () => ({ isCanceled: false })),
  setter('finalize', () => ({ isFinalized: true })),
  setter('unfinalize', () => ({ isFinalized: false })),
  setter('set-attendance', ({ body }, old) => attendance(body, old)),
  route('POST', 'events/{eventId}/contact', addContact),
  route('POST', 'events/{eventId}/event-note', addNote),
  part('rental-rates', 'rentalRates'),
  part('additional-revenues', 'additionalRevenues'),
  route('GET', 'events/{eventId}/price-schedules', getPriceSchedules),
  // The published list really has the plural for adding and the singular for removing.
  route('POST', 'events/{eventId}/price-schedules/{priceScheduleId}', addPriceSchedule),
  route('DELETE', 'events/{eventId}/price-schedule/{priceScheduleId}', removePriceSchedule),
  route('POST', 'events/{eventId}/change-price-schedule', changePriceSchedule),
  route('POST', 'events/query', (call) => queryEvents(call, [])),
  route('POST', 'events/query-by-date-range', (call) => queryEvents(call, ['startDate', 'endDate'])),
  route('POST', 'events/all', (call) => queryEvents(call, ['venueIds'])),
]

function eventOf(call: EliteCall): Row {
  return findById(call, 'events', call.params['eventId'])
}

function setter(verb: string, by: (call: EliteCall, old: Row) => Row): EliteRoute {
  return route('PUT', `events/{eventId}/${verb}`, (call) => {
    const old = eventOf(call)
    return change(call, 'events', { old, by: by(call, old) })
  })
}

function attendance(body: Json | undefined, old: Row): Row {
  const { estimatedAttendance = old['estimatedAttendance'], actualAttendance = old['actualAttendance'] } =
    asRow(body)
  const given = {
    estimatedAttendance: estimatedAttendance ?? null,
    actualAttendance: actualAttendance ?? null,
  }
  const wrong = Object.entries(given).filter(([, value]) => !(Number.isInteger(value) && Number(value) >= 0))
  if (wrong.length > 0)
    throw invalid(wrong.map(([field]) => ({ field, message: 'must be a whole number from 0' })))
  return given
}

function part(path: string, property: string): EliteRoute {
  return route('GET', `events/{eventId}/${path}`, (call) => Response.json(eventOf(call)[property] ?? []))
}

function listOf(row: Row, property: string): readonly Json[] {
  const value = row[property]
  return Array.isArray(value) ? value : []
}

function addContact(call: EliteCall): Response {
  const old = eventOf(call)
  const sample = { contactId: '', role: '' }
  const { contactId, role } = checkBody(call, sample, { body: asRow(call.body), required: ['contactId'] })
  const { name = null, email = null, phone = null } = findById(call, 'contacts', contactId)
  const added = { contactId: contactId ?? null, role: role ?? null, name, email, phone }
  return change(call, 'events', { old, by: { contactRoles: [...listOf(old, 'contactRoles'), added] } })
}

function addNote(call: EliteCall): Response {
  const old = eventOf(call)
  const { text = '' } = checkBody(call, { text: '' }, { body: asRow(call.body), required: ['text'] })
  const notes = listOf(old, 'notes')
  return change(call, 'events', { old, by: { notes: [...notes, { id: nextId(notes.filter(isRow)), text }] } })
}

function getPriceSchedules(call: EliteCall): Response {
  const ids = listOf(eventOf(call), 'priceScheduleIds')
  return Response.json(ids.map((id) => findById(call, 'priceSchedules', id)))
}

function addPriceSchedule(call: EliteCall): Response {
  const old = eventOf(call)
  const id = findById(call, 'priceSchedules', call.params['priceScheduleId'])['id'] ?? null
  const others = listOf(old, 'priceScheduleIds').filter((other) => other !== id)
  return change(call, 'events', { old, by: { priceScheduleIds: [...others, id] } })
}

function removePriceSchedule(call: EliteCall): Response {
  const old = eventOf(call)
  const ids = listOf(old, 'priceScheduleIds')
  const kept = ids.filter((id) => id !== call.params['priceScheduleId'])
  if (kept.length === ids.length) throw new Refusal(404, 'The event does not have this price schedule.')
  call.tables.replace('events', old, { ...old, priceScheduleIds: kept })
  return new Response(null, { status: 204 })
}

function changePriceSchedule(call: EliteCall): Response {
  const old = eventOf(call)
  const sample = { priceScheduleId: '' }
  const { priceScheduleId } = checkBody(call, sample, {
    body: asRow(call.body),
    required: ['priceScheduleId'],
  })
  const id = findById(call, 'priceSchedules', priceScheduleId)['id'] ?? null
  return change(call, 'events', { old, by: { priceScheduleIds: [id] } })
}

/** A search by POST: everything in the body narrows the result. */
function queryEvents(call: EliteCall, required: readonly string[]): Response {
  const sample = { venueIds: [], startDate: '', endDate: '', searchText: '', status: '', accountId: '' }
  const body = asRow(call.body)
  const asked = checkBody(call, sample, { body, required })
  const venues = listOf(asked, 'venueIds')
  if (required.includes('venueIds') && venues.length === 0)
    throw invalid([{ field: 'venueIds', message: 'must name at least one venue' }])
  const dates = { from: dateOf(asked, 'startDate'), to: dateOf(asked, 'endDate') }
  const found = call.tables
    .rows('events')
    .filter((event) => venues.length === 0 || listOf(event, 'venueIds').some((id) => venues.includes(id)))
    .filter((event) => dates.from === undefined || (textOf(event, 'endDate') ?? '') >= dates.from)
    .filter((event) => dates.to === undefined || (textOf(event, 'startDate') ?? '') <= dates.to)
    .filter((event) =>
      String(event['name'])
        .toLowerCase()
        .includes((textOf(asked, 'searchText') ?? '').toLowerCase()),
    )
    .filter((event) => asked['status'] === undefined || event['status'] === asked['status'])
    .filter((event) => asked['accountId'] === undefined || event['accountId'] === asked['accountId'])
  return Response.json(
    page(
      found,
      readPaging((name) => body[name]),
    ),
  )
}

function dateOf(row: Row, field: string): string | undefined {
  const text = textOf(row, field)
  if (text === undefined) return undefined
  if (Number.isNaN(Date.parse(text))) throw invalid([{ field, message: 'must be a date' }])
  return text.slice(0, 10)
}

function invalid(problems: readonly FieldProblem[]): Refusal {
  return new Refusal(400, 'The request is not valid.', problems)
}
