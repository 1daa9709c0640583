import type { Row } from '#row.ts'
import { at, day } from './dates.ts'
import { ROOMS, SETUP_LISTS } from './elite-setup.ts'
import { createSeeded, times } from './seeded.ts'
import { CITIES, COMPANIES, email, FIRST_NAMES, LAST_NAMES } from './words.ts'

const seeded = createSeeded(662)
const EVENT_COUNT = 40
const SHOWS = [
  'The Tidewracks',
  'Northlight Blades',
  'Ice Carnival',
  'Lantern Street Live',
  'Choir of Five Towns',
] as const

function eventId(index: number): string {
  return `event-${12_176 + index}-A`
}

function accountId(index: number): string {
  return `account-${1076 + (index % COMPANIES.length)}`
}

const accounts = COMPANIES.map(
  (name, index): Row => ({
    id: accountId(index),
    name,
    uniqueNumber: `A-${100 + index}`,
    isActive: true,
    isClient: true,
    isExhibitor: index % 4 === 0,
    phone: `+47 555 03 ${String(100 + index)}`,
    address: { city: seeded.pick(CITIES), country: 'NO' },
    externalIds: [],
  }),
)

const contacts = times(30, (index): Row => {
  const first = FIRST_NAMES[(index * 3) % FIRST_NAMES.length] ?? ''
  const last = LAST_NAMES[index % LAST_NAMES.length] ?? ''
  return {
    id: `contact-${501 + index}`,
    accountId: accountId(index),
    firstName: first,
    lastName: last,
    name: `${first} ${last}`,
    email: email(first, last),
    phone: `+47 555 04 ${String(100 + index)}`,
    isActive: true,
    isClient: true,
    isExhibitor: false,
    externalIds: [],
  }
})

function roleOf(index: number): Row {
  const contact = contacts[index % COMPANIES.length]
  return {
    contactId: contact?.['id'] ?? null,
    role: 'Promoter',
    name: contact?.['name'] ?? null,
    email: contact?.['email'] ?? null,
    phone: contact?.['phone'] ?? null,
  }
}

const events = times(
  EVENT_COUNT,
  (index): Row => ({
    id: eventId(index),
    name: `${SHOWS[index % SHOWS.length] ?? ''} ${index + 1}`,
    uniqueNumber: `E-${1000 + index}`,
    accountId: accountId(index),
    venueIds: ['venue-662-A'],
    eventTypeId: `event-type-${1 + (index % 4)}`,
    startDate: day(5 + index * 9),
    endDate: day(6 + index * 9),
    status: seeded.pick(['Tentative', 'Definite', 'Prospect']),
    isCanceled: false,
    isFinalized: false,
    estimatedAttendance: seeded.whole(8, 92) * 100,
    actualAttendance: index < 20 ? seeded.whole(8, 92) * 100 : 0,
    contactRoles: [roleOf(index)],
    notes: [],
    priceScheduleIds: ['price-schedule-1'],
    rentalRates: [{ roomId: 'room-2452-A', name: 'Day rate', amount: 18_500 }],
    additionalRevenues: [{ id: `revenue-${index + 1}`, name: 'Parking', amount: seeded.whole(5, 60) * 100 }],
    externalIds: [],
  }),
)

/** One room, one day: each event moves in, plays and goes out on two days. */
const bookedSpaces = events.flatMap((event, index) =>
  ['MoveIn', 'Event'].map(
    (usage, offset): Row => ({
      id: `booked-space-${7001 + index * 2 + offset}-A`,
      eventId: event['id'] ?? null,
      roomId: 'room-2452-A',
      date: day(5 + index * 9 + offset),
      startTime: '08:00',
      endTime: '23:00',
      usage,
      status: event['status'] ?? null,
      isRemoved: false,
    }),
  ),
)

const functions = events.flatMap((event, index) =>
  ['Sound check', 'Doors', 'Show'].map(
    (name, offset): Row => ({
      id: `function-${9001 + index * 3 + offset}-A`,
      eventId: event['id'] ?? null,
      name,
      roomId: ROOMS[offset % 2]?.['id'] ?? null,
      startDateTime: at(6 + index * 9, `${15 + offset * 2}:00`),
      endDateTime: at(6 + index * 9, `${16 + offset * 2}:30`),
      status: 'Planning',
      itemAllocations: [{ id: `allocation-${index * 3 + offset + 1}`, name: 'Stagehand', quantity: 4 }],
      externalIds: [],
    }),
  ),
)

const invoices = times(
  20,
  (index): Row => ({
    id: `invoice-${3001 + index}-A`,
    uniqueNumber: `I-${2000 + index}`,
    eventId: eventId(index),
    accountId: accountId(index),
    date: day(10 + index * 9),
    dueDate: day(40 + index * 9),
    total: 18_500 + index * 250,
    balance: index % 2 === 0 ? 18_500 + index * 250 : 0,
    paymentAllocations:
      index % 2 === 0 ? [] : [{ id: `payment-${4001 + index}-A`, amount: 18_500 + index * 250 }],
    creditAllocations: [],
    externalIds: [],
  }),
)

function money(prefix: string, [letter, first]: readonly [string, number], count: number): readonly Row[] {
  return times(
    count,
    (index): Row => ({
      id: `${prefix}-${first + index}-A`,
      uniqueNumber: `${letter}-${first + index}`,
      accountId: accountId(index),
      eventId: eventId(index),
      amount: prefix === 'payment' ? 18_500 + index * 250 : 150,
      date: day(20 + index * 9),
      type: seeded.pick(['Transfer', 'Card']),
      externalIds: [],
    }),
  )
}

const tasks = times(
  12,
  (index): Row => ({
    id: `task-${601 + index}`,
    eventId: eventId(index),
    name: seeded.pick(['Check rider', 'Send contract', 'Call promoter']),
    dueDate: day(4 + index * 9),
    assignedToId: seeded.pick(['user-31', 'user-32']),
    isComplete: false,
  }),
)

const priceSchedules = ['House prices', 'Charity prices', 'Exhibitor prices'].map(
  (name, index): Row => ({
    id: `price-schedule-${index + 1}`,
    name,
    isActive: true,
    showExhibitorPricing: index === 2,
  }),
)

/** The Northlight Arena, by collection; setup lists are named by the path that serves them. */
export const NORTHLIGHT: Readonly<Record<string, readonly Row[]>> = {
  ...SETUP_LISTS,
  accounts,
  contacts,
  events,
  bookedSpaces,
  functions,
  invoices,
  payments: money('payment', ['P', 4001], 20),
  credits: money('credit', ['C', 5001], 6),
  refunds: money('refund', ['R', 6001], 4),
  tasks,
  priceSchedules,
}
