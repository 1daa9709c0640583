import type { Row } from '#row.ts'
import { day } from './dates.ts'

/** A setup list: ids count up from one, names in the order given. */
function named(prefix: string, names: readonly string[]): readonly Row[] {
  return names.map((name, index) => ({ id: `${prefix}-${index + 1}`, name, isActive: true }))
}

export const VENUES: readonly Row[] = [
  {
    id: 'venue-662-A',
    name: 'Northlight Arena',
    city: 'Northlight',
    timeZone: 'Europe/Oslo',
    isActive: true,
  },
  {
    id: 'venue-663-A',
    name: 'Northlight Clubhouse',
    city: 'Northlight',
    timeZone: 'Europe/Oslo',
    isActive: true,
  },
]

const ROOM_NAMES = [
  'Arena bowl',
  'Floor only',
  'North lounge',
  'South lounge',
  'Media room',
  'Rehearsal hall',
] as const

export const ROOMS: readonly Row[] = ROOM_NAMES.map((name, index) => ({
  id: `room-${2452 + index}-A`,
  name,
  venueId: index < 5 ? 'venue-662-A' : 'venue-663-A',
  capacity: [9200, 3400, 400, 350, 60, 220][index] ?? 100,
  isActive: true,
}))

const USERS: readonly Row[] = [
  { id: 'user-31', name: 'Keziah Romano', email: 'keziah.romano@example.com', isActive: true },
  { id: 'user-32', name: 'Jonas Svoboda', email: 'jonas.svoboda@example.com', isActive: true },
]

const HOLIDAYS: readonly Row[] = [
  { id: 'holiday-1', name: 'New Year', date: day(0) },
  { id: 'holiday-2', name: 'Labour Day', date: day(120) },
  { id: 'holiday-3', name: 'Christmas Day', date: day(358) },
]

/** The lists that choices are made from, by the last part of the path that serves them. */
export const SETUP_LISTS: Readonly<Record<string, readonly Row[]>> = {
  'general-setup/users': USERS,
  'general-setup/rooms': ROOMS,
  'general-setup/venues': VENUES,
  'general-setup/holidays': HOLIDAYS,
  'general-setup/task-types': named('task-type', ['Call', 'Contract', 'Rider check']),
  'crm-setup/lead-sources': named('lead-source', ['Referral', 'Web', 'Trade show']),
  'crm-setup/contact-roles': named('contact-role', ['Promoter', 'Tour manager', 'Billing']),
  'crm-setup/reasons-for-loss': named('reason', ['Date taken', 'Price', 'Routing']),
  'crm-setup/market-segments': named('segment', ['Concert', 'Sport', 'Family']),
  'event-setup/event-types': named('event-type', ['Concert', 'Ice hockey', 'Family show', 'Corporate']),
  'event-setup/space-usages': named('space-usage', ['MoveIn', 'MoveOut', 'Event', 'Dark']),
  'event-setup/function-types': named('function-type', ['Doors', 'Sound check', 'Show', 'Meet and greet']),
  'event-setup/genres': named('genre', ['Rock', 'Classical', 'Comedy']),
  'finance-setup/revenue-streams': named('revenue-stream', ['Rental', 'Food and beverage', 'Ticketing']),
  'finance-setup/taxes': named('tax', ['VAT 25 %', 'Exempt']),
  'finance-setup/gl-codes': named('gl-code', ['4000 Rental', '4100 Catering']),
  'finance-setup/payment-types': named('payment-type', ['Transfer', 'Card', 'Cheque']),
  'finance-setup/credit-types': named('credit-type', ['Goodwill', 'Correction']),
  'finance-setup/refund-types': named('refund-type', ['Overpayment', 'Cancellation']),
}
